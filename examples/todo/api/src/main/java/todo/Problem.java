package todo;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A request that cannot be done, told as `application/problem+json` (RFC 9457).
final class Problem extends RuntimeException {

    /// What is wrong with one field of the body, or one parameter.
    record FieldError(String field, String message) {}

    /// The document that is sent.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Document(
            String type,
            String title,
            int status,
            String detail,
            String instance,
            List<FieldError> errors) {}

    private static final Logger LOG = Logger.getLogger(Problem.class.getName());
    private static final String MEDIA_TYPE = "application/problem+json";

    private final int status;
    private final String title;
    private final List<FieldError> errors;
    private final Map<String, String> headers = new LinkedHashMap<>();

    private Problem(int status, String title, String detail, List<FieldError> errors) {
        super(detail);
        this.status = status;
        this.title = title;
        this.errors = List.copyOf(errors);
    }

    private Problem with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    static Problem badRequest(String detail) {
        return new Problem(400, "Bad request", detail, List.of());
    }

    static Problem badParameter(String name, String message) {
        return new Problem(
                400,
                "Bad request",
                "a parameter of the query cannot be taken",
                List.of(new FieldError(name, message)));
    }

    static Problem noSuchPath() {
        return new Problem(404, "Not found", "there is nothing at this path", List.of());
    }

    static Problem noSuchTodo(String id) {
        return new Problem(404, "Not found", "there is no to-do " + id, List.of());
    }

    static Problem methodNotAllowed(String allowed) {
        return new Problem(405, "Method not allowed", "allowed are " + allowed, List.of())
                .with("Allow", allowed);
    }

    static Problem changedMeanwhile(String etag) {
        return new Problem(
                        412,
                        "Precondition failed",
                        "the to-do was changed by someone else; read it and try again",
                        List.of())
                .with("ETag", etag);
    }

    static Problem unsupportedMediaType() {
        return new Problem(415, "Unsupported media type", "send application/json", List.of());
    }

    static Problem invalid(List<FieldError> errors) {
        return new Problem(422, "Invalid", "some fields cannot be taken", errors);
    }

    static Problem preconditionRequired() {
        return new Problem(
                428,
                "Precondition required",
                "say in If-Match which version you mean: the ETag that you read",
                List.of());
    }

    static Problem unavailable(String detail, @Nullable Throwable cause) {
        Problem problem = new Problem(503, "Unavailable", detail + "; try again", List.of());
        problem.initCause(cause);
        return problem.with("Retry-After", "1");
    }

    void send(ServerRequest request, ServerResponse response) {
        headers.forEach(response::header);
        response.status(status).header("Content-Type", MEDIA_TYPE);
        response.send(document(request.path().path()));
    }

    private byte[] document(String instance) {
        return Json.bytes(
                new Document(
                        "about:blank",
                        title,
                        status,
                        String.valueOf(getMessage()),
                        instance,
                        errors));
    }

    /// What Helidon throws while a handler runs, such as for a body that is too large.
    static void sendRefused(ServerRequest request, ServerResponse response, HttpException cause) {
        new Problem(
                        cause.status().code(),
                        cause.status().reasonPhrase(),
                        String.valueOf(cause.getMessage()),
                        List.of())
                .send(request, response);
    }

    /// For what should not happen: the log has the cause, the client has not.
    static void sendUnexpected(ServerRequest request, ServerResponse response, Throwable cause) {
        LOG.log(Level.SEVERE, "request failed", cause);
        new Problem(500, "Internal error", "see the log of the server", List.of())
                .send(request, response);
    }

    /// Requests that Helidon itself refuses, such as bodies that are too large, get the same form.
    static void answerForHelidon(DirectHandlers.Builder handlers) {
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(
                    type,
                    (request, event, status, headers, message) -> {
                        Problem problem =
                                new Problem(
                                        status.code(), status.reasonPhrase(), message, List.of());
                        return DirectHandler.TransportResponse.builder()
                                .status(status)
                                .headers(headers)
                                .header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE)
                                .entity(
                                        new String(
                                                problem.document(request.path()),
                                                StandardCharsets.UTF_8))
                                .build();
                    });
        }
    }
}
