package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the node says to containers over the network: hooks and probes, on real containers.
@Tag("root")
@ExtendWith(WithCluster.class)
class PodHooksTest {

    private static final String EAR =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: ear}
            data:
              answer: |
                while read -r line; do
                  [ "$line" = "$(printf '\\r')" ] && break
                  echo "$line" >> /v/heard
                done
                printf 'HTTP/1.1 500 No\\r\\nContent-Length: 0\\r\\n\\r\\n'
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: ear}
            spec:
              terminationGracePeriodSeconds: 0
              volumes: [{name: v, emptyDir: {}}, {name: conf, configMap: {name: ear}}]
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "while :; do nc -l -p 8080 -e sh /conf/answer; done"]
                volumeMounts: [{name: v, mountPath: /v}, {name: conf, mountPath: /conf}]
            """;

    private static final String HOOKED =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: hooked}
            spec:
              terminationGracePeriodSeconds: 10
              containers:
              - name: main
                image: busybox:1.36
                command: [sleep, "600"]
                lifecycle:
                  postStart:
                    httpGet:
                      host: $EAR
                      port: 8080
                      path: /begun
                      httpHeaders: [{name: X-Who, value: first}]
                  preStop:
                    httpGet: {host: $EAR, port: 8080, path: /ends}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: failing}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: busybox:1.36
                command: [sleep, "600"]
                lifecycle: {postStart: {exec: {command: [sh, -c, "echo bad >&2; exit 4"]}}}
            """;

    @Test
    void hooksAskOverHttpAndAnyAnswerWillDo(Kubectl kubectl)
            throws InterruptedException, IOException {
        kubectl.apply(EAR).ok();
        kubectl.type("wait pod/ear --for=condition=Ready --timeout=60s").ok();
        String address = kubectl.field("pod/ear", ".status.podIP");
        kubectl.apply(HOOKED.replace("$EAR", address)).ok();
        kubectl.type("wait pod/hooked --for=condition=Ready --timeout=60s").ok();
        kubectl.type("delete pod hooked").ok();

        String heard = kubectl.type("exec ear -- cat /v/heard").ok();
        assertTrue(heard.contains("GET /begun HTTP/1.1"), heard);
        assertTrue(heard.contains("X-Who: first"), heard);
        assertTrue(heard.contains("GET /ends HTTP/1.1"), heard);
        assertTrue(heard.contains("User-Agent: kube-lifecycle/1.36"), heard);
        String waiting = ".status.containerStatuses[0].state.waiting.";
        Waiting.until(
                "the hook fails",
                () -> kubectl.type("describe pod failing").out().contains("PostStartHook failed"));
        Waiting.until(
                "it is held back",
                () -> !kubectl.field("pod/failing", waiting + "reason").isEmpty());
    }

    /// Bytes as they are.
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// A server of the health protocol on the node's address, where the pod is too.
    private static Server healthServer(String address, AtomicInteger status) throws IOException {
        MethodDescriptor<byte[], byte[]> check =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName("grpc.health.v1.Health/Check")
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build();
        ServerServiceDefinition service =
                ServerServiceDefinition.builder("grpc.health.v1.Health")
                        .addMethod(
                                check,
                                ServerCalls.asyncUnaryCall(
                                        (_, answer) -> {
                                            answer.onNext(new byte[] {8, (byte) status.get()});
                                            answer.onCompleted();
                                        }))
                        .build();
        return NettyServerBuilder.forAddress(new InetSocketAddress(address, 0))
                .addService(service)
                .build()
                .start();
    }

    @Test
    void grpcServersTellWhetherTheyAreWell(Kubectl kubectl)
            throws InterruptedException, IOException {
        String address =
                kubectl.type("get nodes -o jsonpath={.items[0].status.addresses[0].address}").ok();
        AtomicInteger status = new AtomicInteger(2);
        Server server = healthServer(address, status);
        try {
            kubectl.apply(
                            """
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: asked}
                            spec:
                              hostNetwork: true
                              terminationGracePeriodSeconds: 0
                              containers:
                              - name: main
                                image: busybox:1.36
                                command: [sleep, "600"]
                                readinessProbe:
                                  grpc: {port: $PORT, service: some}
                                  periodSeconds: 1
                                  failureThreshold: 1
                            """
                                    .replace("$PORT", Integer.toString(server.getPort())))
                    .ok();
            Waiting.until(
                    "not well",
                    () -> kubectl.type("describe pod asked").out().contains("Unhealthy"));
            String told = kubectl.type("describe pod asked").ok();
            assertTrue(told.contains("service unhealthy (responded with \"NOT_SERVING\")"), told);

            status.set(1);
            kubectl.type("wait pod/asked --for=condition=Ready --timeout=60s").ok();
            assertEquals("true", kubectl.field("pod/asked", ".status.containerStatuses[0].ready"));
        } finally {
            server.shutdownNow();
        }
    }
}
