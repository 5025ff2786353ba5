package kat.csi.testing;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import kat.csi.NodePlugin.Place;
import kat.csi.VolumeFacts;
import kat.csi.VolumeUse;
import kat.csi.grpc.Csi;
import kat.csi.grpc.NodeGrpc;

/// Shows volumes where the node wants them.
final class TestNodeService extends NodeGrpc.NodeImplBase {

    private static final long GIBI = 1L << 30;

    private final TestDriver driver;

    TestNodeService(TestDriver driver) {
        this.driver = driver;
    }

    private interface Work {
        void run() throws IOException;
    }

    private <R> void answer(Call call, StreamObserver<R> observer, R response, Work work) {
        Status failure = driver.asked(call);
        try {
            if (failure != null) {
                throw failure.asRuntimeException();
            }
            work.run();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
            return;
        } catch (IOException e) {
            observer.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }

    private static SequencedMap<String, String> ordered(Map<String, String> map) {
        return new TreeMap<>(map);
    }

    private static VolumeUse use(Csi.VolumeCapability capability) {
        Csi.VolumeCapability.MountVolume mount = capability.getMount();
        return new VolumeUse(
                VolumeUse.AccessMode.valueOf(capability.getAccessMode().getMode().name()),
                capability.hasBlock(),
                mount.getFsType(),
                mount.getMountFlagsList(),
                mount.getVolumeMountGroup());
    }

    private static Call gone(String method, String volume, Place place) {
        VolumeFacts none = new VolumeFacts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        return new Call(method, volume, place, null, none);
    }

    private Path folder(String volume) throws IOException {
        return Files.createDirectories(driver.volumes().resolve(volume));
    }

    @Override
    public void nodeStageVolume(
            Csi.NodeStageVolumeRequest request,
            StreamObserver<Csi.NodeStageVolumeResponse> observer) {
        Call call =
                new Call(
                        "NodeStageVolume",
                        request.getVolumeId(),
                        new Place(request.getStagingTargetPath(), ""),
                        use(request.getVolumeCapability()),
                        new VolumeFacts(
                                ordered(request.getPublishContextMap()),
                                ordered(request.getSecretsMap()),
                                ordered(request.getVolumeContextMap())));
        answer(
                call,
                observer,
                Csi.NodeStageVolumeResponse.getDefaultInstance(),
                () -> {
                    if (!Files.isDirectory(Path.of(request.getStagingTargetPath()))) {
                        throw Status.INVALID_ARGUMENT
                                .withDescription("there is no folder to stage the volume at")
                                .asRuntimeException();
                    }
                    var _ = folder(request.getVolumeId());
                });
    }

    @Override
    public void nodeUnstageVolume(
            Csi.NodeUnstageVolumeRequest request,
            StreamObserver<Csi.NodeUnstageVolumeResponse> observer) {
        Place place = new Place(request.getStagingTargetPath(), "");
        answer(
                gone("NodeUnstageVolume", request.getVolumeId(), place),
                observer,
                Csi.NodeUnstageVolumeResponse.getDefaultInstance(),
                () -> {});
    }

    @Override
    public void nodePublishVolume(
            Csi.NodePublishVolumeRequest request,
            StreamObserver<Csi.NodePublishVolumeResponse> observer) {
        Call call =
                new Call(
                        "NodePublishVolume",
                        request.getVolumeId(),
                        new Place(request.getStagingTargetPath(), request.getTargetPath()),
                        use(request.getVolumeCapability()),
                        new VolumeFacts(
                                ordered(request.getPublishContextMap()),
                                ordered(request.getSecretsMap()),
                                ordered(request.getVolumeContextMap())));
        answer(
                call,
                observer,
                Csi.NodePublishVolumeResponse.getDefaultInstance(),
                () ->
                        driver.placement()
                                .show(
                                        folder(request.getVolumeId()),
                                        Path.of(request.getTargetPath()),
                                        request.getReadonly()));
    }

    @Override
    public void nodeUnpublishVolume(
            Csi.NodeUnpublishVolumeRequest request,
            StreamObserver<Csi.NodeUnpublishVolumeResponse> observer) {
        Place place = new Place("", request.getTargetPath());
        answer(
                gone("NodeUnpublishVolume", request.getVolumeId(), place),
                observer,
                Csi.NodeUnpublishVolumeResponse.getDefaultInstance(),
                () -> driver.placement().hide(Path.of(request.getTargetPath())));
    }

    @Override
    public void nodeExpandVolume(
            Csi.NodeExpandVolumeRequest request,
            StreamObserver<Csi.NodeExpandVolumeResponse> observer) {
        Place place = new Place(request.getStagingTargetPath(), request.getVolumePath());
        Call call =
                new Call(
                        "NodeExpandVolume",
                        request.getVolumeId(),
                        place,
                        use(request.getVolumeCapability()),
                        new VolumeFacts(
                                new TreeMap<>(),
                                ordered(request.getSecretsMap()),
                                new TreeMap<>()));
        answer(
                call,
                observer,
                Csi.NodeExpandVolumeResponse.newBuilder()
                        .setCapacityBytes(request.getCapacityRange().getRequiredBytes())
                        .build(),
                () -> {});
    }

    @Override
    public void nodeGetVolumeStats(
            Csi.NodeGetVolumeStatsRequest request,
            StreamObserver<Csi.NodeGetVolumeStatsResponse> observer) {
        observer.onNext(
                Csi.NodeGetVolumeStatsResponse.newBuilder()
                        .addUsage(usage(Csi.VolumeUsage.Unit.BYTES, GIBI))
                        .addUsage(usage(Csi.VolumeUsage.Unit.INODES, 1000))
                        .build());
        observer.onCompleted();
    }

    private static Csi.VolumeUsage usage(Csi.VolumeUsage.Unit unit, long total) {
        return Csi.VolumeUsage.newBuilder()
                .setUnit(unit)
                .setTotal(total)
                .setUsed(total / 4)
                .setAvailable(total - total / 4)
                .build();
    }

    @Override
    public void nodeGetCapabilities(
            Csi.NodeGetCapabilitiesRequest request,
            StreamObserver<Csi.NodeGetCapabilitiesResponse> observer) {
        Csi.NodeGetCapabilitiesResponse.Builder all = Csi.NodeGetCapabilitiesResponse.newBuilder();
        for (NodeCapability each : driver.options().capabilities()) {
            all.addCapabilities(
                    Csi.NodeServiceCapability.newBuilder()
                            .setRpc(
                                    Csi.NodeServiceCapability.RPC
                                            .newBuilder()
                                            .setType(
                                                    Csi.NodeServiceCapability.RPC.Type.valueOf(
                                                            each.name()))));
        }
        observer.onNext(all.build());
        observer.onCompleted();
    }

    @Override
    public void nodeGetInfo(
            Csi.NodeGetInfoRequest request, StreamObserver<Csi.NodeGetInfoResponse> observer) {
        NodeFacts facts = driver.options().facts();
        observer.onNext(
                Csi.NodeGetInfoResponse.newBuilder()
                        .setNodeId(facts.nodeId())
                        .setMaxVolumesPerNode(facts.maxVolumes())
                        .setAccessibleTopology(
                                Csi.Topology.newBuilder().putAllSegments(facts.topology()))
                        .build());
        observer.onCompleted();
    }
}
