package kat.api;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The answer that is no object: why a request failed, or that it succeeded. Made only by the
/// factories here, one per reason of Kubernetes.
///
/// @param code the HTTP status
/// @param reason one word for programs, for example `NotFound`; empty for success
/// @param message one sentence for people
/// @param details what the request was about; empty when unknown
///
/// **Source:** `meta/v1` Status; `apimachinery/pkg/api/errors`.
public record Status(int code, String reason, String message, Details details) {

    /// @param name of the object
    /// @param group of the resource or kind
    /// @param kind the plural resource for most reasons, the kind for `Invalid`
    /// @param uid empty when unknown
    /// @param causes single faults, for `Invalid` one a field
    /// @param retryAfterSeconds 0 for none
    public record Details(
            String name,
            String group,
            String kind,
            String uid,
            List<Cause> causes,
            int retryAfterSeconds) {

        public static final Details NONE = new Details("", "", "", "", List.of(), 0);

        /// Details that name nothing, written as an empty object where [#NONE] is left out.
        public static final Details EMPTY = new Details("", "", "", "", List.of(), 0);

        public Details {
            causes = List.copyOf(causes);
        }

        static Details of(Kind kind, String name) {
            return new Details(name, kind.group(), kind.plural(), "", List.of(), 0);
        }
    }

    /// One fault of a request.
    ///
    /// @param reason for example `FieldValueRequired`
    /// @param message for people
    /// @param field for example `spec.containers[0].name`; empty when it concerns no field
    public record Cause(String reason, String message, String field) {}

    public boolean isFailure() {
        return code >= 400;
    }

    /// Whether one of the causes has this reason.
    public boolean hasCause(String reason) {
        return details.causes().stream().anyMatch(cause -> cause.reason().equals(reason));
    }

    /// The same, told to be tried again after some seconds.
    public Status withRetryAfter(int seconds) {
        Details told =
                new Details(
                        details.name(),
                        details.group(),
                        details.kind(),
                        details.uid(),
                        details.causes(),
                        seconds);
        return new Status(code, reason, message, told);
    }

    public StatusException asException() {
        return new StatusException(this);
    }

    public static Status notFound(Kind kind, String name) {
        return new Status(
                404,
                "NotFound",
                kind.resource() + " \"" + name + "\" not found",
                Details.of(kind, name));
    }

    public static Status alreadyExists(Kind kind, String name) {
        return new Status(
                409,
                "AlreadyExists",
                kind.resource() + " \"" + name + "\" already exists",
                Details.of(kind, name));
    }

    /// @param why the text behind the colon, for example that the object has been modified
    public static Status conflict(Kind kind, String name, String why) {
        return new Status(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind.resource() + " \"" + name + "\": " + why,
                Details.of(kind, name));
    }

    /// The conflict of a write that was based on an older version.
    public static Status modified(Kind kind, String name) {
        return conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and"
                        + " try again");
    }

    /// @param causes at least one; the message joins them as Kubernetes does
    public static Status invalid(Kind kind, String name, List<Cause> causes) {
        return invalid(kind.group(), kind.kind(), name, causes);
    }

    /// As [#invalid(Kind, String, List)] where Kubernetes names the resource for the kind.
    public static Status invalid(String group, String kind, String name, List<Cause> causes) {
        String all = joined(causes);
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        return new Status(
                422,
                "Invalid",
                qualified + " \"" + name + "\" is invalid: " + all,
                new Details(name, group, kind, "", causes, 0));
    }

    /// Several faults in one text, each once: `[a: is bad, b: is bad]`; one stands without
    /// brackets.
    public static String joined(List<Cause> causes) {
        SequencedSet<String> sentences = new LinkedHashSet<>();
        for (Cause cause : causes) {
            sentences.add(
                    cause.field().isEmpty()
                            ? cause.message()
                            : cause.field() + ": " + cause.message());
        }
        return sentences.size() == 1
                ? sentences.getFirst()
                : "[" + String.join(", ", sentences) + "]";
    }

    /// 422 for a request whose fault the server does not name, such as a patch that does not apply.
    public static Status requestError() {
        return new Status(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request",
                Details.EMPTY);
    }

    /// 500 with a message alone: how Kubernetes answers faults that it gives no reason.
    public static Status unexplained(String message) {
        return new Status(500, "", message, Details.NONE);
    }

    /// @param causes one a field, each `FieldManagerConflict`
    public static Status applyConflict(String message, List<Cause> causes) {
        return new Status(409, "Conflict", message, new Details("", "", "", "", causes, 0));
    }

    public static Status badRequest(String message) {
        return new Status(400, "BadRequest", message, Details.NONE);
    }

    public static Status unauthorized() {
        return new Status(401, "Unauthorized", "Unauthorized", Details.NONE);
    }

    /// @param why the text behind the colon; name may be empty for collections
    public static Status forbidden(Kind kind, String name, String why) {
        String about = name.isEmpty() ? kind.resource() : kind.resource() + " \"" + name + "\"";
        return new Status(
                403, "Forbidden", about + " is forbidden: " + why, Details.of(kind, name));
    }

    public static Status gone(String message) {
        return new Status(410, "Gone", message, Details.NONE);
    }

    /// 410 for a resource version or continue token that is no longer kept.
    public static Status expired(String message) {
        return new Status(410, "Expired", message, Details.NONE);
    }

    public static Status methodNotAllowed(String message) {
        return new Status(405, "MethodNotAllowed", message, Details.NONE);
    }

    /// What one handler says of a verb that it does not know, for a kind.
    public static Status methodNotSupported(Kind kind, String verb) {
        return new Status(
                405,
                "MethodNotAllowed",
                verb + " is not supported on resources of kind \"" + kind.resource() + "\"",
                Details.of(kind, ""));
    }

    public static Status notAcceptable(String message) {
        return new Status(406, "NotAcceptable", message, Details.NONE);
    }

    public static Status unsupportedMediaType(String message) {
        return new Status(415, "UnsupportedMediaType", message, Details.NONE);
    }

    public static Status tooLarge(String message) {
        return new Status(413, "RequestEntityTooLarge", message, Details.NONE);
    }

    public static Status tooManyRequests(String message, int retryAfterSeconds) {
        return new Status(
                429,
                "TooManyRequests",
                message,
                new Details("", "", "", "", List.of(), retryAfterSeconds));
    }

    public static Status internalError(String message) {
        return new Status(
                500,
                "InternalError",
                "Internal error occurred: " + message,
                new Details("", "", "", "", List.of(new Cause("", message, "")), 0));
    }

    public static Status serviceUnavailable(String message) {
        return new Status(503, "ServiceUnavailable", message, Details.NONE);
    }

    public static Status timeout(String message) {
        return new Status(504, "Timeout", message, Details.NONE);
    }

    public static Status success(Details details) {
        return new Status(200, "", "", details);
    }

    /// The wire form, with the members in which Kubernetes leaves empty values out.
    public JsonObject toJson() {
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Status")
                        .put("metadata", JsonObject.EMPTY)
                        .put("status", isFailure() ? "Failure" : "Success")
                        .putUnlessEmpty("message", message)
                        .putUnlessEmpty("reason", reason);
        if (details != Details.NONE) {
            json.put("details", detailsJson());
        }
        if (isFailure()) {
            json.put("code", code);
        }
        return json.build();
    }

    private JsonObject detailsJson() {
        JsonObject.Builder json =
                JsonObject.builder()
                        .putUnlessEmpty("name", details.name())
                        .putUnlessEmpty("group", details.group())
                        .putUnlessEmpty("kind", details.kind())
                        .putUnlessEmpty("uid", details.uid());
        if (!details.causes().isEmpty()) {
            List<Json> causes = new ArrayList<>();
            for (Cause cause : details.causes()) {
                causes.add(
                        JsonObject.builder()
                                .putUnlessEmpty("reason", cause.reason())
                                .putUnlessEmpty("message", cause.message())
                                .putUnlessEmpty("field", cause.field())
                                .build());
            }
            json.put("causes", new JsonArray(causes));
        }
        if (details.retryAfterSeconds() > 0) {
            json.put("retryAfterSeconds", details.retryAfterSeconds());
        }
        return json.build();
    }

    /// Reads an answer that another server sent.
    public static Status parse(JsonObject tree) {
        JsonObject found = tree.object("details");
        List<Cause> causes = new ArrayList<>();
        for (JsonObject cause : found.array("causes").objects()) {
            causes.add(
                    new Cause(
                            cause.string("reason"),
                            cause.string("message"),
                            cause.string("field")));
        }
        return new Status(
                (int) tree.integer("code", tree.string("status").equals("Success") ? 200 : 500),
                tree.string("reason"),
                tree.string("message"),
                !tree.has("details")
                        ? Details.NONE
                        : new Details(
                                found.string("name"),
                                found.string("group"),
                                found.string("kind"),
                                found.string("uid"),
                                causes,
                                (int) found.integer("retryAfterSeconds", 0)));
    }
}
