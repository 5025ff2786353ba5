package kat.store;

import java.time.Duration;
import kat.base.Check;

/// How a store keeps its files and its history.
///
/// @param topics how keys group into topics
/// @param history how much of the past can be read and watched from
/// @param log how the files are cut
public record StoreConfig(Topics topics, Retention history, Files log) {

    /// Keys up to their third slash, as in `/registry/pods/`.
    public static final Topics DEFAULT_TOPICS = Topics.bySlashes(3);

    /// Compaction happens by itself when any of these is passed.
    ///
    /// @param maxEvents default 100,000
    /// @param maxBytes of the values in history; default 64 MiB
    /// @param maxAge default 5 minutes, as kube-apiserver compacts etcd
    public record Retention(int maxEvents, long maxBytes, Duration maxAge) {
        public Retention {
            Check.argument(maxEvents >= 1, "history keeps at least one event");
            Check.argument(maxBytes >= 1, "history keeps at least one byte");
            Check.argument(maxAge.isPositive(), "history is kept for some time");
        }
    }

    /// Sizes in bytes.
    ///
    /// @param segmentBytes a log file is closed once it is larger; default 16 MiB
    /// @param allocateBytes by how much a log file grows ahead of what is written; default 1 MiB
    /// @param snapshotBytes how much superseded log makes a snapshot worth while, when it is also
    ///     more than the newest values together; default 16 MiB
    public record Files(long segmentBytes, int allocateBytes, long snapshotBytes) {
        public Files {
            Check.argument(allocateBytes >= 4096, "a log file grows by 4 KiB or more");
            Check.argument(segmentBytes >= allocateBytes, "a log file grows at least once");
            Check.argument(snapshotBytes >= 1, "a snapshot is worth at least one byte");
        }
    }

    /// The values the components name as their defaults.
    public static StoreConfig defaults() {
        return within(Long.MAX_VALUE);
    }

    /// The defaults for a process that has little memory: history takes a sixteenth of it at most.
    ///
    /// @param memory bytes
    public static StoreConfig within(long memory) {
        return new StoreConfig(
                DEFAULT_TOPICS,
                new Retention(
                        100_000, Math.clamp(memory / 16, 1, 64L << 20), Duration.ofMinutes(5)),
                new Files(16L << 20, 1 << 20, 16L << 20));
    }
}
