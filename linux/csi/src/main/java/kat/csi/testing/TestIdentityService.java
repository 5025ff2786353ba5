package kat.csi.testing;

import com.google.protobuf.BoolValue;
import io.grpc.stub.StreamObserver;
import kat.csi.grpc.Csi;
import kat.csi.grpc.IdentityGrpc;

/// Who the driver is; asked by its sidecars.
final class TestIdentityService extends IdentityGrpc.IdentityImplBase {

    private final TestDriver driver;

    TestIdentityService(TestDriver driver) {
        this.driver = driver;
    }

    @Override
    public void getPluginInfo(
            Csi.GetPluginInfoRequest request, StreamObserver<Csi.GetPluginInfoResponse> observer) {
        observer.onNext(
                Csi.GetPluginInfoResponse.newBuilder()
                        .setName(driver.options().name())
                        .setVendorVersion("1")
                        .build());
        observer.onCompleted();
    }

    @Override
    public void getPluginCapabilities(
            Csi.GetPluginCapabilitiesRequest request,
            StreamObserver<Csi.GetPluginCapabilitiesResponse> observer) {
        observer.onNext(
                Csi.GetPluginCapabilitiesResponse.newBuilder()
                        .addCapabilities(
                                Csi.PluginCapability.newBuilder()
                                        .setService(
                                                Csi.PluginCapability.Service.newBuilder()
                                                        .setType(
                                                                Csi.PluginCapability.Service.Type
                                                                        .CONTROLLER_SERVICE)))
                        .build());
        observer.onCompleted();
    }

    @Override
    public void probe(Csi.ProbeRequest request, StreamObserver<Csi.ProbeResponse> observer) {
        observer.onNext(Csi.ProbeResponse.newBuilder().setReady(BoolValue.of(true)).build());
        observer.onCompleted();
    }
}
