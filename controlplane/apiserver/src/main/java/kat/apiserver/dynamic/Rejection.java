package kat.apiserver.dynamic;

import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;

/// What a webhook's answer says when it does not allow a request.
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/errors/statuserror.go`.
final class Rejection {

    private static final int BAD_REQUEST = 400;

    private Rejection() {}

    /// @param result the answer's `status`; may be empty
    static StatusException of(String webhook, JsonObject result) {
        String start = "admission webhook \"" + webhook + "\" denied the request";
        String reason = result.string("reason");
        String message = result.string("message");
        String text;
        if (!message.isEmpty()) {
            text = start + ": " + message;
        } else if (!reason.isEmpty()) {
            text = start + ": " + reason;
        } else {
            text = start + " without explanation";
        }
        int code = Math.clamp(result.integer("code", 0), 0, 599);
        Status.Details details =
                result.has("details") ? Status.parse(result).details() : Status.Details.NONE;
        return new Status(Math.max(code, BAD_REQUEST), reason, text, details).asException();
    }

    static StatusException noDryRun(String webhook) {
        return Status.badRequest("admission webhook \"" + webhook + "\" does not support dry run")
                .asException();
    }

    static StatusException failed(String webhook, String why) {
        return Status.internalError("failed calling webhook \"" + webhook + "\": " + why)
                .asException();
    }

    static StatusException unexpected(String why) {
        return Status.internalError(why).asException();
    }
}
