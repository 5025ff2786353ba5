package kat.csi.testing;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.util.TreeMap;
import java.util.function.Supplier;
import kat.csi.NodePlugin.Place;
import kat.csi.VolumeFacts;
import kat.csi.grpc.ControllerGrpc;
import kat.csi.grpc.Csi;

/// Makes volumes, which are folders, and attaches them, which is only remembered.
final class TestControllerService extends ControllerGrpc.ControllerImplBase {

    private static final Place NOWHERE = new Place("", "");

    private final TestDriver driver;

    TestControllerService(TestDriver driver) {
        this.driver = driver;
    }

    private <R> void answer(Call call, StreamObserver<R> observer, Supplier<R> work) {
        Status failure = driver.asked(call);
        if (failure != null) {
            observer.onError(new StatusRuntimeException(failure));
            return;
        }
        observer.onNext(work.get());
        observer.onCompleted();
    }

    private static Call call(String method, String volume) {
        VolumeFacts facts = new VolumeFacts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        return new Call(method, volume, NOWHERE, null, facts);
    }

    @Override
    public void createVolume(
            Csi.CreateVolumeRequest request, StreamObserver<Csi.CreateVolumeResponse> observer) {
        String id = "vol-" + request.getName();
        answer(
                call("CreateVolume", id),
                observer,
                () -> {
                    try {
                        Files.createDirectories(driver.volumes().resolve(id));
                    } catch (IOException e) {
                        throw Status.INTERNAL.withDescription(e.toString()).asRuntimeException();
                    }
                    return Csi.CreateVolumeResponse.newBuilder()
                            .setVolume(
                                    Csi.Volume.newBuilder()
                                            .setVolumeId(id)
                                            .setCapacityBytes(
                                                    request.getCapacityRange().getRequiredBytes())
                                            .putAllVolumeContext(request.getParametersMap()))
                            .build();
                });
    }

    @Override
    public void deleteVolume(
            Csi.DeleteVolumeRequest request, StreamObserver<Csi.DeleteVolumeResponse> observer) {
        answer(
                call("DeleteVolume", request.getVolumeId()),
                observer,
                Csi.DeleteVolumeResponse::getDefaultInstance);
    }

    @Override
    public void controllerPublishVolume(
            Csi.ControllerPublishVolumeRequest request,
            StreamObserver<Csi.ControllerPublishVolumeResponse> observer) {
        answer(
                call("ControllerPublishVolume", request.getVolumeId()),
                observer,
                () ->
                        Csi.ControllerPublishVolumeResponse.newBuilder()
                                .putPublishContext("device", "/dev/" + request.getVolumeId())
                                .build());
    }

    @Override
    public void controllerUnpublishVolume(
            Csi.ControllerUnpublishVolumeRequest request,
            StreamObserver<Csi.ControllerUnpublishVolumeResponse> observer) {
        answer(
                call("ControllerUnpublishVolume", request.getVolumeId()),
                observer,
                Csi.ControllerUnpublishVolumeResponse::getDefaultInstance);
    }

    @Override
    public void controllerExpandVolume(
            Csi.ControllerExpandVolumeRequest request,
            StreamObserver<Csi.ControllerExpandVolumeResponse> observer) {
        answer(
                call("ControllerExpandVolume", request.getVolumeId()),
                observer,
                () ->
                        Csi.ControllerExpandVolumeResponse.newBuilder()
                                .setCapacityBytes(request.getCapacityRange().getRequiredBytes())
                                .setNodeExpansionRequired(true)
                                .build());
    }

    @Override
    public void controllerGetCapabilities(
            Csi.ControllerGetCapabilitiesRequest request,
            StreamObserver<Csi.ControllerGetCapabilitiesResponse> observer) {
        Csi.ControllerGetCapabilitiesResponse.Builder all =
                Csi.ControllerGetCapabilitiesResponse.newBuilder();
        for (Csi.ControllerServiceCapability.RPC.Type type :
                Csi.ControllerServiceCapability.RPC.Type.values()) {
            if (type.name().contains("VOLUME")) {
                all.addCapabilities(
                        Csi.ControllerServiceCapability.newBuilder()
                                .setRpc(
                                        Csi.ControllerServiceCapability.RPC
                                                .newBuilder()
                                                .setType(type)));
            }
        }
        observer.onNext(all.build());
        observer.onCompleted();
    }
}
