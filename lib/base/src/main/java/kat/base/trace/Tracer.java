package kat.base.trace;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.Consumer;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Begins traces, or goes on with those of callers, and says which of them are kept.
///
/// **Threads:** any.
///
/// **Source:** OpenTelemetry's samplers `ParentBased` and `TraceIdRatioBased`.
public final class Tracer {

    /// All traces, as a rate.
    public static final int MILLION = 1_000_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final int perMillion;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Consumer<SpanData> sink;

    /// @param perMillion how many of the traces that begin here are kept, 0 to [#MILLION]
    /// @param sink takes what has ended; must not wait
    public Tracer(int perMillion, Ticker ticker, Randomness randomness, Consumer<SpanData> sink) {
        Check.argument(perMillion >= 0 && perMillion <= MILLION, "a rate per million");
        this.perMillion = perMillion;
        this.ticker = ticker;
        this.randomness = randomness;
        this.sink = sink;
    }

    /// The first span of this process for a call.
    ///
    /// @param caller what the call told of its own trace; null for nothing
    /// @param isTrusted whether the caller may say which trace it is part of and that it is kept;
    ///     otherwise a trace of its own begins, with a link
    /// @param since when the call came, by [Ticker#nanos]
    public Span begin(@Nullable TraceContext caller, boolean isTrusted, String name, long since) {
        Instant wall = ticker.now();
        long zero = wall.getEpochSecond() * NANOS_PER_SECOND + wall.getNano() - ticker.nanos();
        TraceContext parent = isTrusted ? caller : null;
        TraceContext context = parent == null ? fresh() : parent.with(newId());
        Span.Place place =
                new Span.Place(
                        context, parent == null ? 0 : parent.span(), isTrusted ? null : caller);
        return new Span(this, place, name, SpanData.Role.SERVER, zero + since).from(zero);
    }

    private TraceContext fresh() {
        byte[] bytes = new byte[2 * Long.BYTES];
        randomness.nextBytes(bytes);
        ByteBuffer id = ByteBuffer.wrap(bytes);
        long high = id.getLong();
        long low = id.getLong();
        boolean isKept = (low >>> 1) < perMillion / (double) MILLION * 0x1p63;
        return new TraceContext(high == 0 ? 1 : high, low, newId(), isKept, "");
    }

    long newId() {
        byte[] bytes = new byte[Long.BYTES];
        randomness.nextBytes(bytes);
        long id = ByteBuffer.wrap(bytes).getLong();
        return id == 0 ? 1 : id;
    }

    long nanos() {
        return ticker.nanos();
    }

    void ended(SpanData span) {
        sink.accept(span);
    }
}
