package kat.csi.testing;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.csi.DevicePlugin;
import kat.csi.PluginInfo;
import kat.csi.grpc.DRAPluginGrpc;
import kat.csi.grpc.Dra;
import kat.csi.grpc.Plugins;
import kat.csi.grpc.RegistrationGrpc;
import org.jspecify.annotations.Nullable;

/// A whole driver of devices: DRAPlugin on one Unix socket, Registration on another. Each claim
/// that it makes ready gets the device `d` of the pool `p`, which runtimes know as
/// `DRIVER/claim=UID`. It remembers what it was asked and fails when it is told to.
///
/// **Threads:** any.
public final class TestDeviceDriver implements AutoCloseable {

    private static final long CLOSING_SECONDS = 10;
    private static final int MOST_WAITED = 12;
    private static final int TURN_SECONDS = 5;

    private final Options options;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Status> failures = new ConcurrentHashMap<>();
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private final List<Server> servers = new ArrayList<>();
    private final LinkedBlockingQueue<String> verdicts = new LinkedBlockingQueue<>();
    private @Nullable EventLoopGroup eventLoop;

    /// How a driver is.
    ///
    /// @param folder of its socket
    /// @param instance told apart from others of the same name by this; empty for the only one
    /// @param services that it says it serves; it serves each that there is
    /// @param requests of claims that its device is for; empty for all
    /// @param specs where it puts a CDI specification of each device; null for nowhere
    public record Options(
            String name,
            Path folder,
            String instance,
            List<String> services,
            List<String> requests,
            @Nullable Path specs) {

        public Options {
            services = List.copyOf(services);
            requests = List.copyOf(requests);
        }

        /// One that serves v1.
        public static Options of(String name, Path folder) {
            return new Options(
                    name, folder, "", List.of(DevicePlugin.Service.V1.text()), List.of(), null);
        }
    }

    public TestDeviceDriver(Options options) {
        this.options = options;
    }

    /// Serves, and asks the kubelet of `registry` to be registered.
    public void start(Path registry) throws IOException {
        Files.createDirectories(options.folder());
        Files.createDirectories(registry);
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("dra-driver", true), NioIoHandler.newFactory());
        eventLoop = group;
        ServerServiceDefinition ofV1 = ((BindableService) new Devices()).bindService();
        servers.add(
                TestDriver.server(socket(), group)
                        .addService(ofV1)
                        .addService(renamed(ofV1, DevicePlugin.Service.V1BETA1.fullName()))
                        .build()
                        .start());
        servers.add(
                TestDriver.server(registration(registry), group)
                        .addService(new Registration())
                        .build()
                        .start());
    }

    private static ServerServiceDefinition renamed(ServerServiceDefinition service, String name) {
        ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(name);
        service.getMethods().forEach(method -> builder.addMethod(renamed(method, name)));
        return builder.build();
    }

    private static <Q, R> ServerMethodDefinition<Q, R> renamed(
            ServerMethodDefinition<Q, R> method, String service) {
        MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
        String name = String.valueOf(descriptor.getBareMethodName());
        return ServerMethodDefinition.create(
                descriptor.toBuilder()
                        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                        .build(),
                method.getServerCallHandler());
    }

    /// Where the driver's own socket is.
    public Path socket() {
        return options.folder().resolve("dra" + options.instance() + ".sock");
    }

    /// The socket by which it is found in a kubelet's folder.
    public Path registration(Path registry) {
        return registry.resolve(options.name() + options.instance() + "-reg.sock");
    }

    /// What it was asked so far, oldest first: `prepare NAME NAME` or `unprepare NAME`.
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /// Lets every call of a method fail from now on.
    ///
    /// @param method `prepare` or `unprepare`
    /// @param code as gRPC writes it, such as `INTERNAL`
    public void fail(String method, String code, String words) {
        failures.put(method, Status.Code.valueOf(code).toStatus().withDescription(words));
    }

    /// Lets a method fail for one claim.
    public void refuse(String method, String claim, String words) {
        refusals.put(method + " " + claim, words);
    }

    public void succeed() {
        failures.clear();
        refusals.clear();
    }

    /// Waits until the kubelet says what it thinks of the driver.
    ///
    /// @param passing lets the kubelet's time pass until it tries again
    /// @return why it is not registered; empty when it is
    public String awaitVerdict(Runnable passing) throws InterruptedException {
        for (int waited = 0; waited < MOST_WAITED; waited++) {
            String verdict = verdicts.poll(TURN_SECONDS, TimeUnit.SECONDS);
            if (verdict != null) {
                return verdict;
            }
            passing.run();
        }
        return "nobody asked";
    }

    /// The name by which runtimes know the device of a claim.
    public String cdiDevice(String claimUid) {
        return options.name() + "/claim=" + claimUid;
    }

    private Dra.NodePrepareResourceResponse prepare(Dra.Claim claim) throws IOException {
        String refusal = refusals.get("prepare " + claim.getName());
        if (refusal != null) {
            return Dra.NodePrepareResourceResponse.newBuilder().setError(refusal).build();
        }
        if (options.specs() != null) {
            Files.createDirectories(options.specs());
            Files.writeString(spec(options.specs(), claim.getUid()), specification(claim));
        }
        return Dra.NodePrepareResourceResponse.newBuilder()
                .addDevices(
                        Dra.Device.newBuilder()
                                .addAllRequestNames(options.requests())
                                .setPoolName("p")
                                .setDeviceName("d")
                                .addCdiDeviceIds(cdiDevice(claim.getUid())))
                .build();
    }

    private Path spec(Path specs, String uid) {
        return specs.resolve(options.name() + "-claim-" + uid + ".yaml");
    }

    private String specification(Dra.Claim claim) {
        return """
        cdiVersion: "0.5.0"
        kind: %s/claim
        devices:
        - name: "%s"
          containerEdits:
            env:
            - CLAIM=%s
            deviceNodes:
            - path: /dev/claimed
              hostPath: /dev/null
        """
                .formatted(options.name(), claim.getUid(), claim.getName());
    }

    private Dra.NodeUnprepareResourceResponse unprepare(Dra.Claim claim) throws IOException {
        if (options.specs() != null) {
            Files.deleteIfExists(spec(options.specs(), claim.getUid()));
        }
        String refusal = refusals.getOrDefault("unprepare " + claim.getName(), "");
        return Dra.NodeUnprepareResourceResponse.newBuilder().setError(refusal).build();
    }

    /// @return how the call is to fail; null when it is to succeed
    private @Nullable Status asked(String method, List<Dra.Claim> claims) {
        calls.add(method + " " + String.join(" ", names(claims)));
        return failures.get(method);
    }

    private static List<String> names(List<Dra.Claim> claims) {
        return claims.stream().map(Dra.Claim::getName).sorted().toList();
    }

    private final class Devices extends DRAPluginGrpc.DRAPluginImplBase {

        @Override
        public void nodePrepareResources(
                Dra.NodePrepareResourcesRequest request,
                StreamObserver<Dra.NodePrepareResourcesResponse> observer) {
            Status failure = asked("prepare", request.getClaimsList());
            if (failure != null) {
                observer.onError(failure.asRuntimeException());
                return;
            }
            var answer = Dra.NodePrepareResourcesResponse.newBuilder();
            try {
                for (Dra.Claim claim : request.getClaimsList()) {
                    answer.putClaims(claim.getUid(), prepare(claim));
                }
            } catch (IOException e) {
                observer.onError(Status.INTERNAL.withDescription(e.toString()).asException());
                return;
            }
            observer.onNext(answer.build());
            observer.onCompleted();
        }

        @Override
        public void nodeUnprepareResources(
                Dra.NodeUnprepareResourcesRequest request,
                StreamObserver<Dra.NodeUnprepareResourcesResponse> observer) {
            Status failure = asked("unprepare", request.getClaimsList());
            if (failure != null) {
                observer.onError(failure.asRuntimeException());
                return;
            }
            var answer = Dra.NodeUnprepareResourcesResponse.newBuilder();
            try {
                for (Dra.Claim claim : request.getClaimsList()) {
                    answer.putClaims(claim.getUid(), unprepare(claim));
                }
            } catch (IOException e) {
                observer.onError(Status.INTERNAL.withDescription(e.toString()).asException());
                return;
            }
            observer.onNext(answer.build());
            observer.onCompleted();
        }
    }

    private final class Registration extends RegistrationGrpc.RegistrationImplBase {

        @Override
        public void getInfo(
                Plugins.InfoRequest request, StreamObserver<Plugins.PluginInfo> observer) {
            observer.onNext(
                    Plugins.PluginInfo.newBuilder()
                            .setType(PluginInfo.DEVICES)
                            .setName(options.name())
                            .setEndpoint(socket().toString())
                            .addAllSupportedVersions(options.services())
                            .build());
            observer.onCompleted();
        }

        @Override
        public void notifyRegistrationStatus(
                Plugins.RegistrationStatus status,
                StreamObserver<Plugins.RegistrationStatusResponse> observer) {
            observer.onNext(Plugins.RegistrationStatusResponse.getDefaultInstance());
            observer.onCompleted();
            verdicts.add(status.getPluginRegistered() ? "" : status.getError());
        }
    }

    /// Whoever comes next may use the same sockets: their files go before this returns.
    @Override
    public void close() {
        servers.forEach(Server::shutdownNow);
        for (Server server : servers) {
            try {
                var _ = server.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (eventLoop != null) {
            var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
