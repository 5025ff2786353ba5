package kat.csi.testing;

import io.grpc.stub.StreamObserver;
import kat.csi.PluginInfo;
import kat.csi.grpc.Plugins;
import kat.csi.grpc.RegistrationGrpc;

/// What `node-driver-registrar` does for a driver.
final class TestRegistrationService extends RegistrationGrpc.RegistrationImplBase {

    private final TestDriver driver;

    TestRegistrationService(TestDriver driver) {
        this.driver = driver;
    }

    @Override
    public void getInfo(Plugins.InfoRequest request, StreamObserver<Plugins.PluginInfo> observer) {
        TestDriver.Options options = driver.options();
        String endpoint = options.endpoint();
        observer.onNext(
                Plugins.PluginInfo.newBuilder()
                        .setType(PluginInfo.STORAGE)
                        .setName(options.name())
                        .setEndpoint(endpoint.isEmpty() ? driver.socket().toString() : endpoint)
                        .addAllSupportedVersions(options.versions())
                        .build());
        observer.onCompleted();
    }

    @Override
    public void notifyRegistrationStatus(
            Plugins.RegistrationStatus status,
            StreamObserver<Plugins.RegistrationStatusResponse> observer) {
        observer.onNext(Plugins.RegistrationStatusResponse.getDefaultInstance());
        observer.onCompleted();
        driver.verdict(status.getPluginRegistered(), status.getError());
    }
}
