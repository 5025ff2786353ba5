package kat.apiserver.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kat.api.StatusException;
import kat.apiserver.audit.AuditPolicy.Places;
import kat.apiserver.audit.AuditPolicy.Rule;
import kat.apiserver.audit.AuditPolicy.Telling;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.metrics.Exposition;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class AuditorTest {

    private static final Instant NOW = Instant.parse("2026-11-21T16:00:00Z");
    private static final User JANE = User.of("jane", List.of());
    private static final Action VERSION = Action.path("get", "/version");

    private final Auditor.Counts counts = new Auditor.Counts();
    private final Sink sink = new Sink();

    /// Keeps lines, or loses them.
    private static final class Sink implements AuditSink {
        private final List<String> lines = new ArrayList<>();
        private boolean isFull;
        private boolean isClosed;

        @Override
        public synchronized boolean write(byte[] line) {
            if (!isFull) {
                lines.add(new String(line, UTF_8));
            }
            return !isFull;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private Auditor auditor(boolean strict) {
        Rule all =
                new Rule(
                        new Telling(Level.METADATA, EnumSet.noneOf(Stage.class), false),
                        List.of(),
                        List.of("system:authenticated"),
                        List.of(),
                        new Places(List.of(), List.of(), List.of()));
        return new Auditor(
                new AuditPolicy(List.of(all)),
                sink,
                strict,
                new Auditor.Around(new FakeTicker(NOW), Randomness.seeded(1), counts));
    }

    private static AuditHead head() {
        return new AuditHead("id", "/version", List.of(), "agent", NOW);
    }

    @Test
    void aRequestWhoseFirstEventIsLostGoesOnUnlessThatIsForbidden() {
        sink.isFull = true;

        assertNotNull(auditor(false).begin(head(), JANE, VERSION));
        assertThrows(StatusException.class, () -> auditor(true).begin(head(), JANE, VERSION));

        String metrics = Exposition.of(List.of(counts));
        assertTrue(metrics.contains("apiserver_audit_error_total{plugin=\"log\"} 2\n"), metrics);
        assertTrue(metrics.contains("apiserver_audit_requests_rejected_total 1\n"), metrics);
    }

    @Test
    void nothingIsToldOfWhatNoRuleFits() {
        assertNull(auditor(false).begin(head(), User.ANONYMOUS, VERSION));
        assertEquals(List.of(), sink.lines);
    }

    @Test
    void aFaultOfTheServerEndsARequestOnce() {
        AuditRecord record =
                Check.notNull(auditor(false).begin(head(), JANE, VERSION), "it is told");

        record.failed("java.lang.IllegalStateException: oops");
        record.completed(500);

        assertEquals(2, sink.lines.size());
        assertTrue(
                sink.lines
                        .getLast()
                        .contains(
                                "\"stage\":\"Panic\",\"requestURI\":\"/version\",\"verb\":\"get\""),
                sink.lines.getLast());
        assertTrue(
                sink.lines
                        .getLast()
                        .contains(
                                "\"responseStatus\":{\"metadata\":{},\"status\":\"Failure\","
                                        + "\"message\":\"APIServer panic'd:"
                                        + " java.lang.IllegalStateException: oops\",\"reason\":"
                                        + "\"InternalError\",\"code\":500}"),
                sink.lines.getLast());
    }

    @Test
    void longAgentsAreShortened() {
        AuditHead head = new AuditHead("id", "/", List.of(), "a".repeat(2000), NOW);

        assertEquals("a".repeat(1024) + "...TRUNCATED", head.userAgent());
    }

    @Test
    void aBufferLosesWhatComesWhileItIsFullAndWritesTheRestAtItsEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AuditSink slow =
                new AuditSink() {
                    @Override
                    public boolean write(byte[] line) {
                        begun.countDown();
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return sink.write(line);
                    }

                    @Override
                    public void close() {
                        sink.close();
                    }
                };
        AuditBuffer buffer = new AuditBuffer(slow, 2, counts);
        buffer.start();
        assertTrue(buffer.write("1".getBytes(UTF_8)));
        begun.await();

        List<Boolean> taken = new ArrayList<>();
        for (String line : List.of("2", "3", "4")) {
            taken.add(buffer.write(line.getBytes(UTF_8)));
        }
        go.countDown();
        buffer.close();

        assertEquals(List.of(true, true, false), taken);
        assertEquals(List.of("1", "2", "3"), sink.lines);
        assertTrue(sink.isClosed);
    }
}
