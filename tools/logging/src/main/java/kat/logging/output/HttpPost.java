package kat.logging.output;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Over HTTP or HTTPS.
///
/// **Limits:** an answer has at most [#MOST_ANSWER] bytes; a longer one is none.
///
/// **Threads:** any.
public final class HttpPost implements Post, AutoCloseable {

    private static final int MOST_ANSWER = 4 << 20;

    private final URI store;
    private final SignIn signIn;
    private final Duration patience;
    private final HttpClient client;

    private record Read(HttpResponse<byte[]> answer) implements Reply {

        @Override
        public int code() {
            return answer.statusCode();
        }

        @Override
        public String retryAfter() {
            return answer.headers().firstValue("retry-after").orElse("");
        }

        @Override
        public byte[] body() {
            return answer.body();
        }
    }

    /// @param store its address
    /// @param patience for a whole answer
    public HttpPost(URI store, SignIn signIn, Duration patience) {
        String text = store.toString();
        this.store = text.endsWith("/") ? store : URI.create(text + "/");
        this.signIn = signIn;
        this.patience = patience;
        this.client = HttpClient.newBuilder().connectTimeout(patience).build();
    }

    @Override
    public Reply send(String path, String contentType, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(store.resolve(path))
                        .header("content-type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        String authorization = signIn.authorization();
        if (!authorization.isEmpty()) {
            request.header("authorization", authorization);
        }
        return new Read(client.send(request.timeout(patience).build(), HttpPost::limited));
    }

    private static HttpResponse.BodySubscriber<byte[]> limited(HttpResponse.ResponseInfo info) {
        return HttpResponse.BodySubscribers.limiting(
                HttpResponse.BodySubscribers.ofByteArray(), MOST_ANSWER);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
