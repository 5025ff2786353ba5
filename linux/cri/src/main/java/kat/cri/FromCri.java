package kat.cri;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.cri.grpc.Cri;
import org.jspecify.annotations.Nullable;

/// Reads messages of CRI v1 into the module's records.
final class FromCri {

    private FromCri() {}

    static PodSandboxMetadata metadata(Cri.PodSandboxMetadata from) {
        return new PodSandboxMetadata(
                from.getName(), from.getUid(), from.getNamespace(), from.getAttempt());
    }

    static ContainerMetadata metadata(Cri.ContainerMetadata from) {
        return new ContainerMetadata(from.getName(), from.getAttempt());
    }

    static PodSandboxState state(Cri.PodSandboxState from) {
        return from == Cri.PodSandboxState.SANDBOX_READY
                ? PodSandboxState.READY
                : PodSandboxState.NOT_READY;
    }

    static ContainerState state(Cri.ContainerState from) {
        return switch (from) {
            case CONTAINER_CREATED -> ContainerState.CREATED;
            case CONTAINER_RUNNING -> ContainerState.RUNNING;
            case CONTAINER_EXITED -> ContainerState.EXITED;
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> ContainerState.UNKNOWN;
        };
    }

    static PodSandbox sandbox(Cri.PodSandbox from) {
        return new PodSandbox(
                from.getId(),
                metadata(from.getMetadata()),
                state(from.getState()),
                instant(from.getCreatedAt()),
                from.getLabelsMap(),
                from.getAnnotationsMap(),
                from.getRuntimeHandler());
    }

    static PodSandboxStatus status(Cri.PodSandboxStatus from) {
        List<String> ips = new ArrayList<>();
        if (!from.getNetwork().getIp().isEmpty()) {
            ips.add(from.getNetwork().getIp());
        }
        for (Cri.PodIP ip : from.getNetwork().getAdditionalIpsList()) {
            ips.add(ip.getIp());
        }
        Cri.NamespaceOption options = from.getLinux().getNamespaces().getOptions();
        return new PodSandboxStatus(
                from.getId(),
                metadata(from.getMetadata()),
                state(from.getState()),
                instant(from.getCreatedAt()),
                ips,
                new NamespaceOptions(
                        mode(options.getNetwork()),
                        mode(options.getPid()),
                        mode(options.getIpc()),
                        options.getTargetId(),
                        users(options.getUsernsOptions())),
                from.getLabelsMap(),
                from.getAnnotationsMap(),
                from.getRuntimeHandler());
    }

    private static @Nullable IdRange users(Cri.UserNamespace from) {
        if (from.getUidsCount() == 0) {
            return null;
        }
        Cri.IDMapping mapping = from.getUids(0);
        return new IdRange(mapping.getHostId(), mapping.getLength());
    }

    static Container container(Cri.Container from) {
        return new Container(
                from.getId(),
                from.getPodSandboxId(),
                metadata(from.getMetadata()),
                from.getImage().getImage(),
                from.getImageRef(),
                state(from.getState()),
                instant(from.getCreatedAt()),
                from.getLabelsMap(),
                from.getAnnotationsMap());
    }

    static ContainerStatus status(Cri.ContainerStatus from) {
        return new ContainerStatus(
                from.getId(),
                metadata(from.getMetadata()),
                state(from.getState()),
                instant(from.getCreatedAt()),
                instantOrNull(from.getStartedAt()),
                instantOrNull(from.getFinishedAt()),
                from.getExitCode(),
                from.getImage().getImage(),
                from.getImageRef(),
                from.getReason(),
                from.getMessage(),
                from.getLabelsMap(),
                from.getAnnotationsMap(),
                from.getMountsList().stream().map(FromCri::mount).toList(),
                from.getLogPath(),
                from.hasResources() && from.getResources().hasLinux()
                        ? resources(from.getResources().getLinux())
                        : null);
    }

    static Image image(Cri.Image from) {
        return new Image(
                from.getId(),
                from.getRepoTagsList(),
                from.getRepoDigestsList(),
                from.getSize(),
                from.hasUid() ? (Long) from.getUid().getValue() : null,
                from.getUsername(),
                // containerd 1.6 pins nothing, later ones pin the sandbox image
                from.getPinned() || from.getRepoTagsList().contains(PauseImage.NAME));
    }

    static FilesystemUsage filesystem(Cri.FilesystemUsage from) {
        return new FilesystemUsage(
                instant(from.getTimestamp()),
                from.getFsId().getMountpoint(),
                from.getUsedBytes().getValue(),
                from.getInodesUsed().getValue());
    }

    static ContainerStats stats(Cri.ContainerStats from) {
        return new ContainerStats(
                from.getAttributes().getId(),
                metadata(from.getAttributes().getMetadata()),
                from.getAttributes().getLabelsMap(),
                from.getAttributes().getAnnotationsMap(),
                from.hasCpu() ? cpu(from.getCpu()) : null,
                from.hasMemory() ? memory(from.getMemory()) : null,
                from.getWritableLayer().getTimestamp() == 0 // not measured yet
                        ? null
                        : filesystem(from.getWritableLayer()));
    }

    static PodSandboxStats stats(Cri.PodSandboxStats from) {
        Cri.LinuxPodSandboxStats linux = from.getLinux();
        List<InterfaceUsage> interfaces = new ArrayList<>();
        if (linux.getNetwork().hasDefaultInterface()) {
            interfaces.add(network(linux.getNetwork().getDefaultInterface()));
        }
        for (Cri.NetworkInterfaceUsage usage : linux.getNetwork().getInterfacesList()) {
            interfaces.add(network(usage));
        }
        return new PodSandboxStats(
                from.getAttributes().getId(),
                metadata(from.getAttributes().getMetadata()),
                from.getAttributes().getLabelsMap(),
                from.getAttributes().getAnnotationsMap(),
                linux.hasCpu() ? cpu(linux.getCpu()) : null,
                linux.hasMemory() ? memory(linux.getMemory()) : null,
                interfaces,
                number(linux.getProcess().hasProcessCount(), linux.getProcess().getProcessCount()),
                linux.getContainersList().stream().map(FromCri::stats).toList());
    }

    static LinuxResources resources(Cri.LinuxContainerResources from) {
        Map<String, Long> hugepages = new LinkedHashMap<>();
        for (Cri.HugepageLimit limit : from.getHugepageLimitsList()) {
            hugepages.put(limit.getPageSize(), limit.getLimit());
        }
        return new LinuxResources(
                from.getCpuPeriod(),
                from.getCpuQuota(),
                from.getCpuShares(),
                from.getMemoryLimitInBytes(),
                from.getOomScoreAdj(),
                from.getCpusetCpus(),
                from.getCpusetMems(),
                from.getMemorySwapLimitInBytes(),
                hugepages,
                from.getUnifiedMap());
    }

    static RuntimeStatus status(Cri.StatusResponse from) {
        return new RuntimeStatus(
                from.getStatus().getConditionsList().stream()
                        .map(
                                c ->
                                        new RuntimeStatus.Condition(
                                                c.getType(),
                                                c.getStatus(),
                                                c.getReason(),
                                                c.getMessage()))
                        .toList(),
                from.getRuntimeHandlersList().stream()
                        .map(
                                handler ->
                                        new RuntimeStatus.Handler(
                                                handler.getName(),
                                                handler.getFeatures().getRecursiveReadOnlyMounts(),
                                                handler.getFeatures().getUserNamespaces()))
                        .toList());
    }

    private static Mount mount(Cri.Mount from) {
        return new Mount(
                from.getContainerPath(),
                from.getHostPath(),
                from.getReadonly(),
                from.getRecursiveReadOnly(),
                from.getSelinuxRelabel(),
                switch (from.getPropagation()) {
                    case PROPAGATION_HOST_TO_CONTAINER -> Mount.Propagation.HOST_TO_CONTAINER;
                    case PROPAGATION_BIDIRECTIONAL -> Mount.Propagation.BIDIRECTIONAL;
                    case PROPAGATION_PRIVATE, UNRECOGNIZED -> Mount.Propagation.PRIVATE;
                });
    }

    private static NamespaceMode mode(Cri.NamespaceMode from) {
        return switch (from) {
            case POD, UNRECOGNIZED -> NamespaceMode.POD;
            case CONTAINER -> NamespaceMode.CONTAINER;
            case NODE -> NamespaceMode.NODE;
            case TARGET -> NamespaceMode.TARGET;
        };
    }

    private static CpuUsage cpu(Cri.CpuUsage from) {
        return new CpuUsage(
                instant(from.getTimestamp()),
                from.getUsageCoreNanoSeconds().getValue(),
                number(from.hasUsageNanoCores(), from.getUsageNanoCores()));
    }

    private static MemoryUsage memory(Cri.MemoryUsage from) {
        return new MemoryUsage(
                instant(from.getTimestamp()),
                number(from.hasWorkingSetBytes(), from.getWorkingSetBytes()),
                number(from.hasAvailableBytes(), from.getAvailableBytes()),
                number(from.hasUsageBytes(), from.getUsageBytes()),
                number(from.hasRssBytes(), from.getRssBytes()),
                number(from.hasPageFaults(), from.getPageFaults()),
                number(from.hasMajorPageFaults(), from.getMajorPageFaults()));
    }

    private static InterfaceUsage network(Cri.NetworkInterfaceUsage from) {
        return new InterfaceUsage(
                from.getName(),
                from.getRxBytes().getValue(),
                from.getRxErrors().getValue(),
                from.getTxBytes().getValue(),
                from.getTxErrors().getValue());
    }

    private static @Nullable Long number(boolean present, Cri.UInt64Value value) {
        return present ? (Long) value.getValue() : null;
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    private static @Nullable Instant instantOrNull(long nanos) {
        return nanos == 0 ? null : instant(nanos);
    }
}
