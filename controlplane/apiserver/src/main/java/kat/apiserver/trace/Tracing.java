package kat.apiserver.trace;

import java.util.Map;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.base.trace.Tracer;
import org.jspecify.annotations.Nullable;

/// The traces of one server: who begins them and who sends them; nobody while they are off.
///
/// **Threads:** [#start] and [#close] by the owner.
public final class Tracing implements AutoCloseable {

    private final @Nullable SpanExporter exporter;
    private final @Nullable Tracer tracer;

    /// @param config null for no traces
    public Tracing(
            @Nullable TracingConfig config, Metrics metrics, Ticker ticker, Randomness randomness) {
        if (config == null) {
            this.exporter = null;
            this.tracer = null;
            return;
        }
        Map<String, String> process =
                Map.of(
                        "service.name",
                        "apiserver",
                        "service.instance.id",
                        "apiserver-" + randomness.nextUuid());
        SpanExporter to = new SpanExporter(config, process, metrics, ticker);
        this.exporter = to;
        this.tracer = new Tracer(config.perMillion(), ticker, randomness, to);
    }

    /// Null while they are off.
    public @Nullable Tracer tracer() {
        return tracer;
    }

    /// Begins to send.
    public void start() {
        if (exporter != null) {
            exporter.start();
        }
    }

    @Override
    public void close() {
        if (exporter != null) {
            exporter.close();
        }
    }
}
