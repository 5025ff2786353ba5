package kat.apiserver.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import kat.base.Randomness;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// What is audited and where it goes.
///
/// @param log null for no file
/// @param webhook null for no other server
public record AuditConfig(AuditPolicy policy, @Nullable Log log, @Nullable Webhook webhook) {

    public static final int DEFAULT_BUFFER_SIZE = 10_000;

    /// 100 MB, a hundred files, a year and a day.
    public static final AuditLogFile.Rotation DEFAULT_ROTATION =
            new AuditLogFile.Rotation(100L << 20, 100, Duration.ofDays(366));

    /// How requests and their events go together.
    public enum Mode {
        /// Events are written behind; those that find the buffer full are lost.
        BATCH,
        /// A request waits for its events to be written, and goes on when one is lost.
        BLOCKING,
        /// As [#BLOCKING]; a request whose first event is lost is refused.
        BLOCKING_STRICT
    }

    /// @param rotation when the file is put aside; [#DEFAULT_ROTATION] as in Kubernetes
    /// @param mode by default [Mode#BLOCKING]
    /// @param bufferSize how many events wait at most in mode [Mode#BATCH]; default 10000
    /// @param maxBytes of an event, which loses its bodies beyond; 0 for any
    public record Log(
            Path file, AuditLogFile.Rotation rotation, Mode mode, int bufferSize, int maxBytes) {}

    /// @param post by the clock of the server
    /// @param maxBytes of an event, which loses its bodies beyond; 0 for any
    public record Webhook(
            Function<Ticker, AuditWebhook.Post> post, AuditWebhook.Batches batches, int maxBytes) {}

    /// Opens the log.
    ///
    /// @throws IOException when it cannot be written
    public Auditor open(Ticker ticker, Randomness randomness) throws IOException {
        Auditor.Counts counts = new Auditor.Counts();
        List<AuditSink> sinks = new ArrayList<>();
        Log file = log;
        if (file != null) {
            sinks.add(truncated(opened(file, ticker, counts), file.maxBytes()));
        }
        Webhook other = webhook;
        if (other != null) {
            AuditWebhook.Post post = other.post().apply(ticker);
            AuditWebhook sink = new AuditWebhook(post, other.batches(), counts, ticker);
            sink.start();
            sinks.add(truncated(sink, other.maxBytes()));
        }
        AuditSink all = sinks.size() == 1 ? sinks.getFirst() : new AuditSinks(sinks);
        boolean strict = file != null && file.mode() == Mode.BLOCKING_STRICT;
        return new Auditor(policy, all, strict, new Auditor.Around(ticker, randomness, counts));
    }

    private static AuditSink truncated(AuditSink sink, int maxBytes) {
        return maxBytes == 0 ? sink : new AuditTruncation(sink, maxBytes);
    }

    private static AuditSink opened(Log file, Ticker ticker, Auditor.Counts counts)
            throws IOException {
        AuditLogFile log = new AuditLogFile(file.file(), file.rotation(), ticker);
        log.start();
        if (file.mode() != Mode.BATCH) {
            return log;
        }
        AuditBuffer buffer = new AuditBuffer(log, file.bufferSize(), counts);
        buffer.start();
        return buffer;
    }
}
