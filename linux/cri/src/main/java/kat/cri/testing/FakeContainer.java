package kat.cri.testing;

import java.time.Instant;
import kat.cri.Container;
import kat.cri.ContainerConfig;
import kat.cri.ContainerState;
import kat.cri.ContainerStatus;
import kat.cri.LinuxResources;
import org.jspecify.annotations.Nullable;

/// A container of the fake; guarded by its runtime.
final class FakeContainer {

    final String id;
    final String sandboxId;
    final ContainerConfig config;
    ContainerState state = ContainerState.CREATED;
    @Nullable Instant startedAt;
    @Nullable Instant finishedAt;
    int exitCode;
    String reason = "";
    String message = "";
    String logPath = "";
    LinuxResources resources;
    private final String imageId;
    private final Instant createdAt;

    FakeContainer(
            String id,
            String sandboxId,
            ContainerConfig config,
            String imageId,
            Instant createdAt) {
        this.id = id;
        this.sandboxId = sandboxId;
        this.config = config;
        this.imageId = imageId;
        this.createdAt = createdAt;
        this.resources = config.resources();
    }

    Container line() {
        return new Container(
                id,
                sandboxId,
                config.metadata(),
                config.image(),
                imageId,
                state,
                createdAt,
                config.labels(),
                config.annotations());
    }

    ContainerStatus status() {
        return new ContainerStatus(
                id,
                config.metadata(),
                state,
                createdAt,
                startedAt,
                finishedAt,
                exitCode,
                config.image(),
                imageId,
                reason,
                message,
                config.labels(),
                config.annotations(),
                config.mounts(),
                logPath,
                resources);
    }
}
