package kat.apiserver.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.metrics.Metrics;
import kat.base.trace.Span;
import kat.base.trace.TraceContext;
import kat.base.trace.Tracer;
import org.junit.jupiter.api.Test;

class SpanExporterTest {

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Metrics metrics = new Metrics();

    private SpanExporter exporter(String endpoint, Duration period) {
        return new SpanExporter(
                new TracingConfig(endpoint, Tracer.MILLION),
                Map.of("service.name", "apiserver"),
                metrics,
                new SystemTicker(),
                period);
    }

    private static Tracer tracer(SpanExporter exporter) {
        return new Tracer(Tracer.MILLION, new SystemTicker(), Randomness.seeded(1), exporter);
    }

    private boolean tells(String result, int count) {
        return metrics.text()
                .contains("kat_trace_spans_total{result=\"" + result + "\"} " + count + "\n");
    }

    /// The exporter counts behind what it sends.
    private void awaitCount(String result, int count) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!tells(result, count)) {
            assertTrue(end - System.nanoTime() > 0, metrics::text);
            Thread.onSpinWait();
        }
    }

    @Test
    void aCollectorGetsEachSpanAsItWas() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                SpanExporter exporter = exporter(receiver.endpoint(), Duration.ofMillis(1))) {
            exporter.start();
            TraceContext caller = new TraceContext(1, 2, 3, true, "");
            Span span = tracer(exporter).begin(caller, true, "GET /api", 0);
            span.put("audit-id", "ü".repeat(100));
            span.put("code", 500);
            span.fail("");
            span.close();

            TraceReceiver.Span told = receiver.await(each -> each.name().equals("GET /api"));

            assertEquals("00000000000000010000000000000002", told.trace());
            assertEquals("0000000000000003", told.parent());
            assertEquals(2, told.kind());
            assertEquals(2, told.status());
            assertEquals(Map.of("audit-id", "ü".repeat(100), "code", "500"), told.attributes());
            assertEquals(
                    List.of("/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
                    receiver.paths());
            awaitCount("exported", 1);
        }
    }

    @Test
    void moreThanOneWindowOfBytesGoesThrough() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                SpanExporter exporter = exporter(receiver.endpoint(), Duration.ofSeconds(60))) {
            Tracer tracer = tracer(exporter);
            for (int i = 0; i < SpanExporter.MOST_SENT; i++) {
                Span span = tracer.begin(null, true, "s" + i, 0);
                span.put("text", "x".repeat(1_000));
                span.close();
            }
            exporter.start();

            awaitCount("exported", SpanExporter.MOST_SENT);

            assertEquals(SpanExporter.MOST_SENT, receiver.count());
        }
    }

    @Test
    void whatDoesNotFitIsDroppedAndCounted() {
        SpanExporter exporter = exporter("127.0.0.1:1", Duration.ofMillis(1));
        Tracer tracer = tracer(exporter);
        for (int i = 0; i < SpanExporter.MOST_WAITING + 3; i++) {
            tracer.begin(null, true, "s", 0).close();
        }

        assertTrue(tells("dropped", 3), metrics::text);
        exporter.close();
    }

    @Test
    void whatIsRefusedIsCountedAndTheNextIsSent() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                SpanExporter exporter = exporter(receiver.endpoint(), Duration.ofMillis(1))) {
            receiver.answers("14", "");
            exporter.start();
            Tracer tracer = tracer(exporter);
            tracer.begin(null, true, "first", 0).close();
            awaitCount("failed", 1);
            receiver.answers("0", "0a020801");
            tracer.begin(null, true, "second", 0).close();

            awaitCount("failed", 2); // the collector said that it refused one

            assertEquals(1, receiver.count());
        }
    }

    @Test
    void whatWaitsIsSentAtTheEnd() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver()) {
            try (SpanExporter exporter = exporter(receiver.endpoint(), Duration.ofHours(1))) {
                exporter.start();
                tracer(exporter).begin(null, true, "last", 0).close();
            }

            assertEquals("last", receiver.await(_ -> true).name());
        }
    }
}
