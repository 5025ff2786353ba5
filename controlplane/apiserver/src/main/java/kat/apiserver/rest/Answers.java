package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.apiserver.http.Answer;

/// Answers that are no stored object.
final class Answers {

    static final List<Answer.Header> NO_CACHE =
            List.of(new Answer.Header("cache-control", "no-cache, private"));

    private static final byte[] PAGE_NOT_FOUND = "404 page not found\n".getBytes(UTF_8);

    private Answers() {}

    static Answer json(int code, byte[] body) {
        return new Answer(code, Answer.JSON, NO_CACHE, List.of(body));
    }

    static Answer json(JsonObject body) {
        return json(200, body.toBytes());
    }

    static Answer text(int code, String body) {
        return Answer.of(code, Answer.TEXT, body.getBytes(UTF_8)).with(NO_CACHE);
    }

    static Answer pageNotFound() {
        return Answer.of(404, Answer.TEXT, PAGE_NOT_FOUND)
                .with("x-content-type-options", "nosniff")
                .with(NO_CACHE);
    }

    static Answer status(Status status) {
        Answer answer = json(status.code(), statusJson(status).toBytes());
        int seconds = status.details().retryAfterSeconds();
        return seconds > 0 ? answer.with("retry-after", Integer.toString(seconds)) : answer;
    }

    /// The refusals that Kubernetes makes before it knows an object carry empty details.
    static JsonObject statusJson(Status status) {
        JsonObject json = status.toJson();
        boolean early =
                switch (status.code()) {
                    case 403, 404, 405 -> true;
                    case 406, 415 -> status.message().startsWith(status.code() + ":");
                    default -> false;
                };
        return early && !json.has("details") ? json.with("details", JsonObject.EMPTY) : json;
    }

    static Status noSuchResource() {
        return new Status(
                404,
                "NotFound",
                "the server could not find the requested resource",
                Status.Details.NONE);
    }

    static Status methodNotAllowed() {
        return Status.methodNotAllowed(
                "the server does not allow this method on the requested resource");
    }

    /// @param known whether a form was asked for that exists, in a shape that does not
    static Status notAcceptable(boolean known) {
        return Status.notAcceptable(
                known
                        ? "only the following media types are accepted: application/json,"
                                + " application/yaml, application/vnd.kubernetes.protobuf"
                        : "406: Not Acceptable\n\nAvailable representations: application/json,"
                                + " application/yaml, application/vnd.kubernetes.protobuf,"
                                + " application/json;stream=watch,"
                                + " application/vnd.kubernetes.protobuf;stream=watch");
    }
}
