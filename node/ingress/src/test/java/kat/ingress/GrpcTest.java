package kat.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.ingress.route.Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A real gRPC client and a real gRPC server, with Ingress between them.
class GrpcTest {

    private static final MethodDescriptor<String, String> ECHO = method("Echo", true);
    private static final MethodDescriptor<String, String> REPEAT = method("Repeat", false);

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private Server server;
    private ManagedChannel channel;
    private TestIngress ingress;

    private static MethodDescriptor<String, String> method(String name, boolean unary) {
        return MethodDescriptor.<String, String>newBuilder()
                .setFullMethodName("test.Service/" + name)
                .setType(
                        unary
                                ? MethodDescriptor.MethodType.UNARY
                                : MethodDescriptor.MethodType.BIDI_STREAMING)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void starts() throws Exception {
        ServerServiceDefinition service =
                ServerServiceDefinition.builder("test.Service")
                        .addMethod(ECHO, ServerCalls.asyncUnaryCall(GrpcTest::echo))
                        .addMethod(REPEAT, ServerCalls.asyncBidiStreamingCall(this::repeat))
                        .build();
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(service)
                        .build()
                        .start();
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, server.getPort()));
        ingress.put(ingress("a", "backend-protocol: GRPC", rule("", "/", "Prefix", "one")));
        int unused = ingress.port();
        channel =
                NettyChannelBuilder.forAddress("localhost", ingress.controller().httpsPort())
                        .sslContext(
                                GrpcSslContexts.forClient()
                                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                                        .endpointIdentificationAlgorithm(null)
                                        .build())
                        .build();
    }

    @AfterEach
    void stops() {
        ManagedChannel unused = channel.shutdownNow();
        ingress.close();
        Server unusedToo = server.shutdownNow();
    }

    private static void echo(String said, StreamObserver<String> answers) {
        if (said.equals("fail")) {
            answers.onError(
                    Status.ALREADY_EXISTS.withDescription("it is there").asRuntimeException());
            return;
        }
        answers.onNext("you said " + said);
        answers.onCompleted();
    }

    private StreamObserver<String> repeat(StreamObserver<String> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String value) {
                answers.onNext(value + value);
            }

            @Override
            public void onError(Throwable failure) {
                cancelled.countDown();
            }

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }

    @Test
    void speaksTlsToServersThatWantIt() throws Exception {
        ServerServiceDefinition service =
                ServerServiceDefinition.builder("test.Service")
                        .addMethod(ECHO, ServerCalls.asyncUnaryCall(GrpcTest::echo))
                        .build();
        Certificate shown = TestCertificates.of("fallback");
        Server secure =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sslContext(
                                GrpcSslContexts.configure(
                                                SslContextBuilder.forServer(
                                                        shown.key(), shown.chain().getFirst()))
                                        .build())
                        .addService(service)
                        .build()
                        .start();
        try {
            ingress.put(
                    service("two"),
                    slice("two", 1, secure.getPort()),
                    ingress(
                            "b",
                            "backend-protocol: GRPCS",
                            rule("", "/test.Service/Echo", "Exact", "two")));
            ingress.put(ingress("a", "backend-protocol: HTTP", rule("", "/", "Prefix", "one")));
            TestIngress.await(
                    () -> {
                        try {
                            return call("x").equals("you said x");
                        } catch (StatusRuntimeException notYet) {
                            return false;
                        }
                    });
            for (int i = 0; i < 20; i++) {
                assertEquals("you said " + i, call("" + i));
            }
        } finally {
            Server unused = secure.shutdownNow();
        }
    }

    private String call(String said) {
        return ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, said);
    }

    @Test
    void answersCalls() {
        for (int i = 0; i < 50; i++) {
            assertEquals("you said " + i, call("" + i));
        }
        String large = "x".repeat(600_000);
        assertEquals("you said " + large, call(large));
    }

    @Test
    void answersCallsWithoutTls() {
        ManagedChannel plain =
                NettyChannelBuilder.forAddress("localhost", ingress.controller().httpPort())
                        .usePlaintext()
                        .build();
        assertEquals(
                "you said x", ClientCalls.blockingUnaryCall(plain, ECHO, CallOptions.DEFAULT, "x"));
        ManagedChannel unused = plain.shutdownNow();
    }

    @Test
    void passesTheStatusInTrailersAndInHeads() {
        StatusRuntimeException failure =
                assertThrows(StatusRuntimeException.class, () -> call("fail"));

        assertEquals(Status.Code.ALREADY_EXISTS, failure.getStatus().getCode());
        assertEquals("it is there", failure.getStatus().getDescription());
        StatusRuntimeException unknown =
                assertThrows(
                        StatusRuntimeException.class,
                        () ->
                                ClientCalls.blockingUnaryCall(
                                        channel, method("Missing", true), CallOptions.DEFAULT, ""));
        assertEquals(Status.Code.UNIMPLEMENTED, unknown.getStatus().getCode());
    }

    @Test
    void streamsBothWaysAtOnce() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<String> to = open(heard);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            to.onNext("" + i);
            all.add(heard.poll(10, TimeUnit.SECONDS));
        }
        to.onCompleted();

        assertEquals("199199", all.get(199));
        assertEquals("end", heard.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void tellsTheServerThatAClientLeft() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<String> to = open(heard);
        to.onNext("a");
        assertEquals("aa", heard.poll(10, TimeUnit.SECONDS));

        to.onError(Status.CANCELLED.asRuntimeException());

        assertEquals(true, cancelled.await(10, TimeUnit.SECONDS));
    }

    private StreamObserver<String> open(BlockingQueue<String> heard) {
        return ClientCalls.asyncBidiStreamingCall(
                channel.newCall(REPEAT, CallOptions.DEFAULT),
                new StreamObserver<>() {
                    @Override
                    public void onNext(String value) {
                        heard.add(value);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        heard.add("error " + failure);
                    }

                    @Override
                    public void onCompleted() {
                        heard.add("end");
                    }
                });
    }
}
