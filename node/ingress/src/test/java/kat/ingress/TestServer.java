package kat.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server that tells what it was asked: its name, method, URI, some headers and the body.
public final class TestServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String name;

    public TestServer(String name) throws IOException {
        this(name, InetAddress.getLoopbackAddress());
    }

    /// @param at an address of this machine
    public TestServer(String name, InetAddress at) throws IOException {
        this.name = name;
        InetSocketAddress any = new InetSocketAddress(at, 0);
        server = HttpServer.create(any, 100);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        StringBuilder text = new StringBuilder();
        text.append(name).append(' ').append(exchange.getRequestMethod());
        text.append(' ').append(exchange.getRequestURI()).append('\n');
        exchange.getRequestHeaders()
                .forEach(
                        (header, values) ->
                                text.append(header).append('=').append(values).append('\n'));
        text.append(body);
        byte[] bytes = text.toString().getBytes(UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
