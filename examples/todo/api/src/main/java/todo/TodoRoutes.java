package todo;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/api/v1/todos`: what can be done with to-dos over HTTP.
///
/// Whoever changes or deletes one says in `If-Match` which version is meant, so that nobody
/// overwrites what they have not seen.
final class TodoRoutes implements HttpService {

    private final TodoRepository todos;

    TodoRoutes(TodoRepository todos) {
        this.todos = todos;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list)
                .post("/", this::create)
                .any("/", onlyAllows("GET, POST"))
                .get("/{id}", this::read)
                .patch("/{id}", this::change)
                .delete("/{id}", this::delete)
                .any("/{id}", onlyAllows("GET, PATCH, DELETE"))
                .put("/{id}/position", this::move)
                .any("/{id}/position", onlyAllows("PUT"))
                .post("/{id}/restore", this::restore)
                .any("/{id}/restore", onlyAllows("POST"));
    }

    private static io.helidon.webserver.http.Handler onlyAllows(String methods) {
        return (request, response) -> {
            throw Problem.methodNotAllowed(methods);
        };
    }

    private void list(ServerRequest request, ServerResponse response) {
        TodoRepository.Page page = todos.list(TodoQuery.of(request.query()));
        response.header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(Json.bytes(page));
    }

    private void create(ServerRequest request, ServerResponse response) {
        Todo todo = todos.create(Draft.EMPTY.merge(body(request)));
        response.status(201).header(HeaderNames.LOCATION, "/api/v1/todos/" + todo.id());
        send(todo, response);
    }

    private void read(ServerRequest request, ServerResponse response) {
        UUID id = id(request);
        Todo todo = todos.read(id).orElseThrow(() -> Problem.noSuchTodo(id.toString()));
        if (names(request, HeaderNames.IF_NONE_MATCH, todo)) {
            response.status(304).header(HeaderNames.ETAG, todo.etag()).send();
            return;
        }
        send(todo, response);
    }

    private void change(ServerRequest request, ServerResponse response) {
        requireIfMatch(request);
        JsonNode body = body(request);
        UUID id = id(request);
        TodoRepository.Outcome outcome =
                todos.update(
                        id,
                        todo -> names(request, HeaderNames.IF_MATCH, todo),
                        draft -> draft.merge(body));
        send(changed(outcome, id), response);
    }

    private void delete(ServerRequest request, ServerResponse response) {
        requireIfMatch(request);
        UUID id = id(request);
        TodoRepository.Outcome outcome =
                todos.delete(id, todo -> names(request, HeaderNames.IF_MATCH, todo));
        Todo unused = changed(outcome, id);
        response.status(204).send();
    }

    private void restore(ServerRequest request, ServerResponse response) {
        UUID id = id(request);
        send(todos.restore(id).orElseThrow(() -> Problem.noSuchTodo(id.toString())), response);
    }

    private void move(ServerRequest request, ServerResponse response) {
        UUID id = id(request);
        UUID before = before(body(request));
        send(
                todos.move(id, before)
                        .orElseThrow(
                                () ->
                                        Problem.noSuchTodo(
                                                before == null
                                                        ? id.toString()
                                                        : id + " or " + before)),
                response);
    }

    /// The to-do that `{"before": …}` names; null for the end of the list.
    private static @Nullable UUID before(JsonNode body) {
        JsonNode before = body.get("before");
        if (before == null || body.size() != 1) {
            throw Problem.badRequest("the body is {\"before\": ID} or {\"before\": null}");
        }
        return before.isNull() ? null : id(before.asText());
    }

    private static Todo changed(TodoRepository.Outcome outcome, UUID id) {
        return switch (outcome) {
            case TodoRepository.Outcome.Changed(Todo todo) -> todo;
            case TodoRepository.Outcome.OtherVersion(Todo todo) ->
                    throw Problem.changedMeanwhile(todo.etag());
            case TodoRepository.Outcome.Missing() -> throw Problem.noSuchTodo(id.toString());
        };
    }

    private static void send(Todo todo, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.ETAG, todo.etag())
                .header(HeaderNames.CACHE_CONTROL, "no-cache")
                .send(Json.bytes(todo));
    }

    private static UUID id(ServerRequest request) {
        return id(request.path().pathParameters().get("id"));
    }

    private static UUID id(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // no id of ours, so nothing has it
        }
        throw Problem.noSuchTodo(text);
    }

    private static JsonNode body(ServerRequest request) {
        boolean isJson =
                request.headers()
                        .contentType()
                        .filter(
                                type ->
                                        type.text().startsWith("application/json")
                                                || type.text()
                                                        .startsWith("application/merge-patch+json"))
                        .isPresent();
        if (!isJson) {
            throw Problem.unsupportedMediaType();
        }
        return Json.parse(request.content().as(String.class));
    }

    private static void requireIfMatch(ServerRequest request) {
        if (!request.headers().contains(HeaderNames.IF_MATCH)) {
            throw Problem.preconditionRequired();
        }
    }

    /// Whether a header with ETags names this version, or any by `*`.
    private static boolean names(ServerRequest request, HeaderName header, Todo todo) {
        Optional<String> said = request.headers().first(header);
        return said.isPresent()
                && Arrays.stream(said.get().split(",", -1))
                        .map(tag -> tag.strip().replaceFirst("^W/", ""))
                        .anyMatch(tag -> tag.equals("*") || tag.equals(todo.etag()));
    }
}
