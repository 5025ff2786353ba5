package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Request;

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

    /// A refusal in the form that the request accepts; JSON where it accepts none that there is.
    static Answer status(Status status, Request request) {
        byte[] json = statusJson(status).toBytes();
        Answer answer = Rendering.of(status.code(), json, formOfRefusals(request));
        int seconds = status.details().retryAfterSeconds();
        return seconds > 0 ? answer.with("retry-after", Integer.toString(seconds)) : answer;
    }

    static MediaType formOfRefusals(Request request) {
        MediaType type = MediaType.negotiate(request.header("accept"), MediaType.Offer.PLAIN);
        return type == null ? MediaType.JSON : type;
    }

    /// The refusals that Kubernetes makes before it knows an object carry empty details; those of
    /// webhooks have the details that the webhook gave.
    static JsonObject statusJson(Status status) {
        JsonObject json = status.toJson();
        boolean early =
                switch (status.code()) {
                    case 403, 404, 405 -> true;
                    case 406, 415 -> status.message().startsWith(status.code() + ":");
                    default -> false;
                };
        boolean isOfWebhook = status.message().startsWith("admission webhook ");
        return early && !isOfWebhook && !json.has("details")
                ? json.with("details", JsonObject.EMPTY)
                : json;
    }

    /// A page of a list whose snapshot is no longer kept.
    ///
    /// @param rest a token that goes on without it
    static Answer expiredToken(Request request, String rest) {
        Status status =
                Status.expired(
                        "The provided continue parameter is too old to display a consistent list"
                                + " result. You can start a new list without the continue"
                                + " parameter, or use the continue token in this response to"
                                + " retrieve the remainder of the results. Continuing with the"
                                + " provided token results in an inconsistent list - objects that"
                                + " were created, modified, or deleted between the time the first"
                                + " chunk was returned and now may show up in the list.");
        JsonObject json =
                status.toJson().with("metadata", JsonObject.of("continue", Json.of(rest)));
        return Rendering.of(status.code(), json.toBytes(), formOfRefusals(request));
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

    private static final String FORMS =
            "application/json, application/yaml, application/vnd.kubernetes.protobuf";
    private static final String STREAMS =
            "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

    /// A form was asked for that there is not.
    ///
    /// @param list whether the place gives lists, which can be watched
    static Status noSuchForm(boolean list) {
        return noSuchForm(list ? FORMS + ", " + STREAMS : FORMS);
    }

    /// @param forms what there is instead
    static Status noSuchForm(String forms) {
        return Status.notAcceptable("406: Not Acceptable\n\nAvailable representations: " + forms);
    }

    /// A form was asked for that there is, in a shape that there is not.
    static Status notAcceptable(MediaType.Offer offer) {
        return onlyAccepted(offer.stream() ? STREAMS : FORMS);
    }

    /// As [#notAcceptable] where there are other forms.
    static Status onlyAccepted(String forms) {
        return Status.notAcceptable("only the following media types are accepted: " + forms);
    }
}
