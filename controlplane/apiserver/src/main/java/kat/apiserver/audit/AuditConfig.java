package kat.apiserver.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import kat.base.Randomness;
import kat.base.Ticker;

/// What is audited and where it goes.
///
/// @param file of the log
/// @param rotation when the file is put aside; [#DEFAULT_ROTATION] as in Kubernetes
/// @param mode by default [Mode#BLOCKING]
/// @param bufferSize how many events wait at most in mode [Mode#BATCH]; default 10000
public record AuditConfig(
        AuditPolicy policy, Path file, AuditLogFile.Rotation rotation, Mode mode, int bufferSize) {

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

    /// Opens the log.
    ///
    /// @throws IOException when it cannot be written
    public Auditor open(Ticker ticker, Randomness randomness) throws IOException {
        AuditLogFile log = new AuditLogFile(file, rotation, ticker);
        log.start();
        Auditor.Counts counts = new Auditor.Counts();
        AuditSink sink = log;
        if (mode == Mode.BATCH) {
            AuditBuffer buffer = new AuditBuffer(log, bufferSize, counts);
            buffer.start();
            sink = buffer;
        }
        boolean strict = mode == Mode.BLOCKING_STRICT;
        return new Auditor(policy, sink, strict, new Auditor.Around(ticker, randomness, counts));
    }
}
