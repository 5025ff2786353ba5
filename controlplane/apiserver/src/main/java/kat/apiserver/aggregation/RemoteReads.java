package kat.apiserver.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.apiserver.streaming.HttpAnswer;
import kat.apiserver.streaming.HttpCall;
import kat.apiserver.webhook.WebhookException;

/// Asks the servers of other groups in the name of one of this process' own users, for components
/// that are not behind HTTP themselves.
///
/// **Threads:** any; blocks as long as the answer lasts.
public final class RemoteReads {

    /// The longest pause in an answer, in milliseconds.
    private static final int PATIENCE_MILLIS = 10_000;

    private static final int MOST_BYTES = 16 << 20;
    private static final int FIRST_ERROR = 400;

    private final Aggregation aggregation;
    private final User user;

    public RemoteReads(Aggregation aggregation, User user) {
        this.aggregation = aggregation;
        this.user = user;
    }

    /// Whether another server has this version.
    public boolean has(String group, String version) {
        return aggregation.remote().find(group, version) != null;
    }

    /// What is at a path.
    ///
    /// @param path escaped, with its query
    /// @throws StatusException when there is no such server, it cannot be asked, or refuses
    public JsonObject get(String path) {
        Route route = aggregation.remote().ofPath(path.replaceAll("\\?.*", ""));
        if (route == null) {
            throw new StatusException(
                    new Status(
                            404,
                            "NotFound",
                            "the server could not find the requested resource",
                            Status.Details.EMPTY));
        }
        return get(route, path);
    }

    /// What a server has at a path.
    ///
    /// @param path escaped, with its query
    /// @throws StatusException when the server cannot be asked, or refuses
    JsonObject get(Route route, String path) {
        try (HttpCall call = aggregation.proxy().open(route)) {
            call.limit(PATIENCE_MILLIS);
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            headers.add(Map.entry("host", route.service().host()));
            headers.add(Map.entry("accept", "application/json"));
            headers.add(Map.entry("connection", "close"));
            RemoteCall.addUser(headers, user);
            call.send("GET", path, headers, new byte[0]);
            HttpAnswer answer = call.answer("GET");
            return read(answer.code(), answer.body().readNBytes(MOST_BYTES));
        } catch (IOException | WebhookException e) {
            throw Status.serviceUnavailable("the server is currently unable to handle the request")
                    .asException();
        }
    }

    private static JsonObject read(int code, byte[] body) throws IOException {
        try {
            if (Json.parse(body) instanceof JsonObject tree) {
                if (code < FIRST_ERROR) {
                    return tree;
                }
                throw new StatusException(Status.parse(tree));
            }
        } catch (JsonException e) {
            throw new IOException(new String(body, UTF_8), e);
        }
        throw new IOException("no object");
    }
}
