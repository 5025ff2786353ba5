package todo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    @Test
    void readsTodosSomeHundredTimes() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Set<String> how = ConcurrentHashMap.newKeySet();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    how.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        try {
            Rehearsal rehearsal = new Rehearsal(() -> server.getAddress().getPort());
            assertFalse(rehearsal.isDone());
            rehearsal.run();
            assertTrue(rehearsal.isDone());
            assertTrue(asked.get() > 0 && asked.get() <= 800, "asked " + asked.get());
            assertEquals(Set.of("GET /api/v1/todos"), how);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void holdsNobodyUpWhenNothingAnswers() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Rehearsal rehearsal = new Rehearsal(() -> port);
        rehearsal.run();
        assertTrue(rehearsal.isDone());
    }
}
