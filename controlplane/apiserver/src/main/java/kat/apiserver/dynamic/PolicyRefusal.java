package kat.apiserver.dynamic;

import java.util.List;
import kat.api.Status;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The answers of policies that deny a request.
///
/// **Source:** `admission.NewForbidden`; `policy/validating/policy_decision.go`.
final class PolicyRefusal {

    private PolicyRefusal() {}

    /// By a validating policy.
    static Status of(AdmissionRequest request, String reason, String message) {
        Status forbidden = forbidden(request, message);
        int code =
                switch (reason) {
                    case "Forbidden" -> 403;
                    case "Unauthorized" -> 401;
                    case "RequestEntityTooLarge" -> 413;
                    default -> 422;
                };
        return new Status(
                code,
                reason,
                forbidden.message(),
                withCauses(forbidden.details(), List.of(message)));
    }

    /// By mutating policies.
    ///
    /// @param reason of the first; may be empty
    /// @param messages at least one
    static Status ofMutation(AdmissionRequest request, String reason, List<String> messages) {
        Status forbidden = forbidden(request, "");
        return new Status(
                403,
                reason.isEmpty() ? "Forbidden" : reason,
                messages.getFirst(),
                withCauses(forbidden.details(), messages));
    }

    private static Status forbidden(AdmissionRequest request, String why) {
        return Status.forbidden(request.asked().resource().kind(), name(request), why);
    }

    private static String name(AdmissionRequest request) {
        @Nullable JsonObject object = request.object();
        if (!request.name().isEmpty() || object == null) {
            return request.name();
        }
        JsonObject metadata = object.object("metadata");
        String name = metadata.string("name", metadata.string("generateName"));
        return name.isEmpty() ? "Unknown" : name;
    }

    private static Status.Details withCauses(Status.Details details, List<String> messages) {
        return new Status.Details(
                details.name(),
                details.group(),
                details.kind(),
                details.uid(),
                messages.stream().map(message -> new Status.Cause("", message, "")).toList(),
                details.retryAfterSeconds());
    }
}
