package kat.csi;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeMap;
import kat.csi.grpc.Csi;
import kat.csi.grpc.NodeGrpc;

/// A driver's Node service over gRPC.
final class GrpcNode implements NodePlugin {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /// Shorter: other plug-ins wait to be registered meanwhile.
    private static final Duration INFO_TIMEOUT = Duration.ofSeconds(15);

    private final PluginChannel channel;

    GrpcNode(PluginChannel channel) {
        this.channel = channel;
    }

    @Override
    public NodeFacts info() {
        Csi.NodeGetInfoResponse info =
                channel.call(
                        NodeGrpc.getNodeGetInfoMethod(),
                        Csi.NodeGetInfoRequest.getDefaultInstance(),
                        INFO_TIMEOUT);
        return new NodeFacts(
                info.getNodeId(),
                info.getMaxVolumesPerNode(),
                new TreeMap<>(info.getAccessibleTopology().getSegmentsMap()));
    }

    @Override
    public Set<NodeCapability> capabilities() {
        Csi.NodeGetCapabilitiesResponse answer =
                channel.call(
                        NodeGrpc.getNodeGetCapabilitiesMethod(),
                        Csi.NodeGetCapabilitiesRequest.getDefaultInstance(),
                        TIMEOUT);
        Set<NodeCapability> known = EnumSet.noneOf(NodeCapability.class);
        for (Csi.NodeServiceCapability each : answer.getCapabilitiesList()) {
            switch (each.getRpc().getType()) {
                case STAGE_UNSTAGE_VOLUME -> known.add(NodeCapability.STAGE_UNSTAGE_VOLUME);
                case GET_VOLUME_STATS -> known.add(NodeCapability.GET_VOLUME_STATS);
                case EXPAND_VOLUME -> known.add(NodeCapability.EXPAND_VOLUME);
                case VOLUME_CONDITION -> known.add(NodeCapability.VOLUME_CONDITION);
                case SINGLE_NODE_MULTI_WRITER -> known.add(NodeCapability.SINGLE_NODE_MULTI_WRITER);
                case VOLUME_MOUNT_GROUP -> known.add(NodeCapability.VOLUME_MOUNT_GROUP);
                case UNKNOWN, UNRECOGNIZED -> {}
            }
        }
        return known;
    }

    @Override
    public void stage(Stage request) {
        var _ =
                channel.call(
                        NodeGrpc.getNodeStageVolumeMethod(),
                        Csi.NodeStageVolumeRequest.newBuilder()
                                .setVolumeId(request.volume())
                                .setStagingTargetPath(request.stagingPath())
                                .setVolumeCapability(use(request.use()))
                                .putAllPublishContext(request.facts().publishContext())
                                .putAllSecrets(request.facts().secrets())
                                .putAllVolumeContext(request.facts().context())
                                .build(),
                        TIMEOUT);
    }

    @Override
    public void unstage(String volume, String stagingPath) {
        var _ =
                channel.call(
                        NodeGrpc.getNodeUnstageVolumeMethod(),
                        Csi.NodeUnstageVolumeRequest.newBuilder()
                                .setVolumeId(volume)
                                .setStagingTargetPath(stagingPath)
                                .build(),
                        TIMEOUT);
    }

    @Override
    public void publish(Publish request) {
        var _ =
                channel.call(
                        NodeGrpc.getNodePublishVolumeMethod(),
                        Csi.NodePublishVolumeRequest.newBuilder()
                                .setVolumeId(request.volume())
                                .setStagingTargetPath(request.place().stagingPath())
                                .setTargetPath(request.place().targetPath())
                                .setVolumeCapability(use(request.use()))
                                .setReadonly(request.readOnly())
                                .putAllPublishContext(request.facts().publishContext())
                                .putAllSecrets(request.facts().secrets())
                                .putAllVolumeContext(request.facts().context())
                                .build(),
                        TIMEOUT);
    }

    @Override
    public void unpublish(String volume, String targetPath) {
        var _ =
                channel.call(
                        NodeGrpc.getNodeUnpublishVolumeMethod(),
                        Csi.NodeUnpublishVolumeRequest.newBuilder()
                                .setVolumeId(volume)
                                .setTargetPath(targetPath)
                                .build(),
                        TIMEOUT);
    }

    @Override
    public void expand(Expand request) {
        var _ =
                channel.call(
                        NodeGrpc.getNodeExpandVolumeMethod(),
                        Csi.NodeExpandVolumeRequest.newBuilder()
                                .setVolumeId(request.volume())
                                .setVolumePath(request.place().targetPath())
                                .setStagingTargetPath(request.place().stagingPath())
                                .setCapacityRange(
                                        Csi.CapacityRange.newBuilder()
                                                .setRequiredBytes(request.bytes()))
                                .setVolumeCapability(use(request.use()))
                                .putAllSecrets(request.facts().secrets())
                                .build(),
                        TIMEOUT);
    }

    @Override
    public VolumeFigures figures(String volume, String path) {
        Csi.NodeGetVolumeStatsResponse answer =
                channel.call(
                        NodeGrpc.getNodeGetVolumeStatsMethod(),
                        Csi.NodeGetVolumeStatsRequest.newBuilder()
                                .setVolumeId(volume)
                                .setVolumePath(path)
                                .build(),
                        TIMEOUT);
        return new VolumeFigures(
                amount(answer, Csi.VolumeUsage.Unit.BYTES),
                amount(answer, Csi.VolumeUsage.Unit.INODES));
    }

    private static VolumeFigures.Amount amount(
            Csi.NodeGetVolumeStatsResponse answer, Csi.VolumeUsage.Unit unit) {
        return answer.getUsageList().stream()
                .filter(usage -> usage.getUnit() == unit)
                .map(u -> new VolumeFigures.Amount(u.getTotal(), u.getUsed(), u.getAvailable()))
                .findFirst()
                .orElse(VolumeFigures.Amount.NONE);
    }

    private static Csi.VolumeCapability use(VolumeUse use) {
        Csi.VolumeCapability.Builder capability =
                Csi.VolumeCapability.newBuilder()
                        .setAccessMode(
                                Csi.VolumeCapability.AccessMode.newBuilder()
                                        .setMode(
                                                Csi.VolumeCapability.AccessMode.Mode.valueOf(
                                                        use.mode().name())));
        if (use.block()) {
            return capability
                    .setBlock(Csi.VolumeCapability.BlockVolume.getDefaultInstance())
                    .build();
        }
        return capability
                .setMount(
                        Csi.VolumeCapability.MountVolume.newBuilder()
                                .setFsType(use.fsType())
                                .addAllMountFlags(use.mountFlags())
                                .setVolumeMountGroup(use.mountGroup()))
                .build();
    }

    @Override
    public void close() {
        channel.close();
    }
}
