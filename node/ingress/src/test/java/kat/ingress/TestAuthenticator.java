package kat.ingress;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An authenticator that answers as a test wants and keeps what it was asked.
final class TestAuthenticator implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 10;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private volatile int status = 200;
    private volatile List<String> headers = List.of();

    /// @param bodyBytes how long the body was
    record Question(
            String method, String uri, com.sun.net.httpserver.Headers headers, int bodyBytes) {

        @Nullable String header(String name) {
            return headers.getFirst(name);
        }
    }

    TestAuthenticator() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = HttpServer.create(any, 100);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// @param lines each as `name: value`
    void answers(int next, String... lines) {
        status = next;
        headers = List.of(lines);
    }

    /// The oldest question that was not taken yet.
    Question question() throws InterruptedException {
        Question next = questions.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("the authenticator was not asked");
        }
        return next;
    }

    /// How many questions were not taken yet.
    int asked() {
        return questions.size();
    }

    private void answer(HttpExchange exchange) throws IOException {
        questions.add(
                new Question(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders(),
                        exchange.getRequestBody().readAllBytes().length));
        for (String line : headers) {
            int colon = line.indexOf(':');
            exchange.getResponseHeaders()
                    .add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        byte[] body = "not for clients".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        boolean has = status != 204 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, has ? body.length : -1);
        if (has) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
