package kat.etcd;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kat.base.Check;
import kat.store.StoreConfig;
import org.jspecify.annotations.Nullable;

/// Where etcd is and how it is used.
///
/// @param endpoints its members, tried in order until one answers, as `https://host:2379`
/// @param tls what `https` endpoints need
/// @param keys which of etcd's keys are the store's
/// @param timing how long things may take
/// @param mirror topics and history of what is kept in memory
public record EtcdConfig(
        List<URI> endpoints, Tls tls, KeySpace keys, Timing timing, StoreConfig mirror) {

    public EtcdConfig {
        endpoints = List.copyOf(endpoints);
        Check.argument(!endpoints.isEmpty(), "etcd has at least one endpoint");
    }

    /// PEM files.
    ///
    /// @param authority who signs the members' certificates; null for those the machine trusts
    /// @param certificate what the store shows to etcd; null for none
    /// @param key the PKCS #8 key of that certificate; null exactly when that is
    public record Tls(@Nullable Path authority, @Nullable Path certificate, @Nullable Path key) {

        public Tls {
            Check.argument(
                    (certificate == null) == (key == null),
                    "a certificate for etcd comes with its key");
        }

        /// No files.
        public static Tls none() {
            return new Tls(null, null, null);
        }
    }

    /// @param request until a read or a commit is given up; default 10 s
    /// @param start until etcd must have answered first; default 20 s
    /// @param nudge until a read barrier writes to etcd, to see it arrive, because nothing else
    ///     did; default 100 ms
    /// @param compaction how long history is kept in etcd at least; default 5 minutes, as
    ///     kube-apiserver does
    public record Timing(Duration request, Duration start, Duration nudge, Duration compaction) {

        public static Timing defaults() {
            return new Timing(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofMillis(100),
                    Duration.ofMinutes(5));
        }
    }
}
