package kat.cri.testing;

import java.time.Instant;
import java.util.List;
import kat.cri.NamespaceMode;
import kat.cri.NamespaceOptions;
import kat.cri.PodSandbox;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxState;
import kat.cri.PodSandboxStatus;

/// A sandbox of the fake; guarded by its runtime.
final class FakeSandbox {

    final String id;
    final PodSandboxConfig config;
    boolean ready = true;
    private final String ip;
    private final Instant createdAt;

    FakeSandbox(String id, PodSandboxConfig config, String ip, Instant createdAt) {
        this.id = id;
        this.config = config;
        this.ip = ip;
        this.createdAt = createdAt;
    }

    PodSandboxState state() {
        return ready ? PodSandboxState.READY : PodSandboxState.NOT_READY;
    }

    PodSandbox line() {
        return new PodSandbox(
                id,
                config.metadata(),
                state(),
                createdAt,
                config.labels(),
                config.annotations(),
                "");
    }

    PodSandboxStatus status() {
        NamespaceOptions namespaces = config.linux().security().namespaces();
        boolean own = namespaces.network() == NamespaceMode.POD && ready;
        return new PodSandboxStatus(
                id,
                config.metadata(),
                state(),
                createdAt,
                own ? List.of(ip) : List.of(),
                namespaces,
                config.labels(),
                config.annotations(),
                "");
    }
}
