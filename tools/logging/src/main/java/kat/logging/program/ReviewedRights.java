package kat.logging.program;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.client.addon.ProgramContext;

/// Asks the API server by SubjectAccessReviews, and remembers answers for [#REMEMBERED].
///
/// **Threads:** any.
final class ReviewedRights implements Rights, AutoCloseable {

    static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CREATED = 201;

    private final ProgramContext.Server server;
    private final Ticker ticker;
    private final HttpClient client;
    private final SequencedMap<Asked, Answer> known = new LinkedHashMap<>(); // guarded by itself

    private record Asked(User user, String namespace) {}

    private record Answer(boolean allowed, Deadline until) {}

    ReviewedRights(ProgramContext.Server server, Ticker ticker) {
        this.server = server;
        this.ticker = ticker;
        this.client =
                HttpClient.newBuilder().sslContext(server.tls()).connectTimeout(PATIENCE).build();
    }

    @Override
    public boolean mayRead(User user, String namespace) {
        Asked asked = new Asked(user, namespace);
        synchronized (known) {
            Answer before = known.get(asked);
            if (before != null && !before.until().isOver(ticker)) {
                return before.allowed();
            }
        }
        boolean allowed = review(user, namespace);
        synchronized (known) {
            known.remove(asked);
            known.put(asked, new Answer(allowed, Deadline.in(REMEMBERED, ticker)));
            if (known.size() > MOST_REMEMBERED) {
                known.pollFirstEntry();
            }
        }
        return allowed;
    }

    private boolean review(User user, String namespace) {
        return asked(question(user, namespace));
    }

    /// The SubjectAccessReview.
    static JsonObject question(User user, String namespace) {
        JsonObject attributes =
                JsonObject.builder()
                        .putUnlessEmpty("namespace", namespace)
                        .put("verb", "get")
                        .put("resource", "pods")
                        .put("subresource", "log")
                        .build();
        JsonObject extra = JsonObject.EMPTY;
        for (Map.Entry<String, List<String>> each : user.extra().entrySet()) {
            extra =
                    extra.with(
                            each.getKey(),
                            new JsonArray(each.getValue().stream().map(Json::of).toList()));
        }
        JsonObject spec =
                JsonObject.builder()
                        .put("user", user.name())
                        .putUnlessEmpty("uid", user.uid())
                        .put("groups", new JsonArray(user.groups().stream().map(Json::of).toList()))
                        .put("extra", extra)
                        .put("resourceAttributes", attributes)
                        .build();
        return JsonObject.builder()
                .put("apiVersion", "authorization.k8s.io/v1")
                .put("kind", "SubjectAccessReview")
                .put("spec", spec)
                .build();
    }

    /// @throws kat.api.StatusException when the server cannot be asked
    private boolean asked(JsonObject body) {
        try {
            HttpResponse<byte[]> answer =
                    client.send(request(body), HttpResponse.BodyHandlers.ofByteArray());
            boolean created = answer.statusCode() == CREATED;
            if (created && Json.parse(answer.body()) instanceof JsonObject review) {
                return review.object("status").bool("allowed");
            }
            throw Status.serviceUnavailable(
                            "rights cannot be asked for: the server says " + answer.statusCode())
                    .asException();
        } catch (IOException | JsonException e) {
            throw Status.serviceUnavailable("rights cannot be asked for: " + e).asException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.serviceUnavailable("interrupted").asException();
        }
    }

    private HttpRequest request(JsonObject body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        server.address()
                                                + "/apis/authorization.k8s.io/v1/subjectaccessreviews"))
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toBytes()));
        String token = server.token().get();
        return (token.isEmpty() ? request : request.header("authorization", "Bearer " + token))
                .build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
