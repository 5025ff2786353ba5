package kat.etcd;

import java.time.Duration;
import java.util.List;
import kat.etcd.testing.EtcdProcess;
import kat.store.StoreConfig;

/// Configurations for tests.
final class Configs {

    private static final Duration NEVER = Duration.ofHours(1);

    private Configs() {}

    /// All of this etcd is the store's, and nothing is written but what a test writes.
    static EtcdConfig of(EtcdProcess etcd) {
        EtcdConfig.Timing usual = EtcdConfig.Timing.defaults();
        return with(etcd, new EtcdConfig.Timing(usual.request(), usual.start(), NEVER, NEVER));
    }

    static EtcdConfig with(EtcdProcess etcd, EtcdConfig.Timing timing) {
        return new EtcdConfig(
                List.of(etcd.endpoint()),
                EtcdConfig.Tls.none(),
                new KeySpace("", "/test/", KeyNames.SAME),
                timing,
                StoreConfig.defaults());
    }
}
