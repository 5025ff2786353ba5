package kat.csi;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.csi.grpc.DRAPluginGrpc;
import kat.csi.grpc.Dra;

/// A driver of devices over gRPC.
final class GrpcDevices implements DevicePlugin {

    private static final Duration TIMEOUT = Duration.ofSeconds(45);

    private final PluginChannel channel;
    private final Service service;

    GrpcDevices(PluginChannel channel, Service service) {
        this.channel = channel;
        this.service = service;
    }

    @Override
    public Map<String, Prepared> prepare(List<Claim> claims) {
        Dra.NodePrepareResourcesResponse answer =
                channel.call(
                        method(DRAPluginGrpc.getNodePrepareResourcesMethod()),
                        Dra.NodePrepareResourcesRequest.newBuilder()
                                .addAllClaims(claims(claims))
                                .build(),
                        TIMEOUT);
        Map<String, Prepared> prepared = new TreeMap<>();
        answer.getClaimsMap().forEach((uid, each) -> prepared.put(uid, prepared(each)));
        return prepared;
    }

    private static Prepared prepared(Dra.NodePrepareResourceResponse answer) {
        List<Device> devices = new ArrayList<>();
        for (Dra.Device each : answer.getDevicesList()) {
            devices.add(
                    new Device(
                            each.getRequestNamesList(),
                            each.getPoolName(),
                            each.getDeviceName(),
                            each.getShareId(),
                            each.getCdiDeviceIdsList()));
        }
        return new Prepared(devices, answer.getError());
    }

    @Override
    public Map<String, String> unprepare(List<Claim> claims) {
        Dra.NodeUnprepareResourcesResponse answer =
                channel.call(
                        method(DRAPluginGrpc.getNodeUnprepareResourcesMethod()),
                        Dra.NodeUnprepareResourcesRequest.newBuilder()
                                .addAllClaims(claims(claims))
                                .build(),
                        TIMEOUT);
        Map<String, String> errors = new TreeMap<>();
        answer.getClaimsMap().forEach((uid, each) -> errors.put(uid, each.getError()));
        return errors;
    }

    /// The versions differ in the name of the service alone.
    private <Q, R> MethodDescriptor<Q, R> method(MethodDescriptor<Q, R> ofV1) {
        String name = String.valueOf(ofV1.getBareMethodName());
        return ofV1.toBuilder()
                .setFullMethodName(
                        MethodDescriptor.generateFullMethodName(service.fullName(), name))
                .build();
    }

    private static List<Dra.Claim> claims(List<Claim> claims) {
        return claims.stream()
                .map(
                        each ->
                                Dra.Claim.newBuilder()
                                        .setNamespace(each.namespace())
                                        .setUid(each.uid())
                                        .setName(each.name())
                                        .build())
                .toList();
    }

    @Override
    public void close() {
        channel.close();
    }
}
