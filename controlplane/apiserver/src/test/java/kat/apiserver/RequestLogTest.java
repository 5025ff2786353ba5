package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestLogTest {

    private static final Logger LOG = Logger.getLogger("kat.apiserver.requests");

    private final Lines lines = new Lines();
    private @TempDir Path folder;

    @BeforeEach
    void listen() {
        LOG.addHandler(lines);
    }

    @AfterEach
    void stopListening() {
        LOG.removeHandler(lines);
    }

    private Served server(String level) throws Exception {
        ServerOptions options = new ServerOptions(new TreeMap<>(Map.of("v", level)));
        return Served.start(ApiServerConfig.local(folder).guardedBy(ServerGuards.of(options)));
    }

    @Test
    void eachRequestIsToldWithItsId() throws Exception {
        try (Served served = server("3")) {
            HttpResponse<String> found =
                    served.client()
                            .admin("GET", "/api/v1/namespaces?limit=1", "", "User-Agent", "me");
            HttpResponse<String> unknown = served.client().send("GET", "/api/v1/pods", "");

            assertEquals(200, found.statusCode());
            String id = found.headers().firstValue("audit-id").orElse("");
            String line = lines.with(id);
            assertTrue(line.startsWith("request verb=LIST uri=/api/v1/namespaces?limit=1 "), line);
            assertTrue(line.contains(" code=200 latency="), line);
            assertTrue(line.endsWith(" from=127.0.0.1 agent=me"), line);
            String refused = lines.with(unknown.headers().firstValue("audit-id").orElse(""));
            assertTrue(refused.startsWith("request verb=GET uri=/api/v1/pods code=403 "), refused);
        }
    }

    @Test
    void theIdIsTheClientsWhereItGivesOne() throws Exception {
        try (Served served = server("4")) {
            HttpResponse<String> found =
                    served.client().admin("GET", "/version", "", "Audit-ID", "mine");

            assertEquals("mine", found.headers().firstValue("audit-id").orElse(""));
            assertTrue(lines.with("mine").startsWith("request verb=GET uri=/version code=200 "));
        }
    }

    @Test
    void belowItsLevelNothingIsTold() throws Exception {
        try (Served served = server("2")) {
            HttpResponse<String> found = served.client().admin("GET", "/version", "");

            assertTrue(found.headers().firstValue("audit-id").isEmpty());
        }
        assertEquals(List.of(), lines.all);
    }

    private static final class Lines extends Handler {

        private static final long PATIENCE_NANOS = 30_000_000_000L;

        private final List<String> all = new ArrayList<>(); // guarded by this

        @Override
        public synchronized void publish(LogRecord event) {
            all.add(new SimpleFormatter().formatMessage(event));
            notifyAll();
        }

        /// A request is told once its answer is on the way: the client may be quicker.
        synchronized String with(String id) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (true) {
                for (String line : all) {
                    if (line.contains(" id=" + id + " ")) {
                        return line;
                    }
                }
                assertTrue(end - System.nanoTime() > 0, all::toString);
                wait(100);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
