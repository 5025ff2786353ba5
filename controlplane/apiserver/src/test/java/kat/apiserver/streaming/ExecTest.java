package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.client.node.Duplex;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;
import kat.client.node.ProcessStreams;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecTest {

    private static final String POD =
            "{\"metadata\":{\"name\":\"web\",\"namespace\":\"default\"},\"spec\":{\"nodeName\":\"n\","
                    + "\"automountServiceAccountToken\":false,"
                    + "\"containers\":[{\"name\":\"main\",\"image\":\"i\"}]}}";

    /// A node that forwards no ports.
    private static final String PORTLESS = "portless";

    @TempDir Path folder;
    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        server.connectNodes(new EchoNode());
        Transport local = server.transport(User.component("test"));
        local.create(
                Kinds.SERVICE_ACCOUNT,
                KubeObject.parse(
                        "{\"metadata\":{\"name\":\"default\",\"namespace\":\"default\"}}"
                                .getBytes(UTF_8)),
                WriteOptions.NONE);
        local.create(Kinds.POD, KubeObject.parse(POD.getBytes(UTF_8)), WriteOptions.NONE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void runsACommandOverWebSocketAndTellsHowItEnded() throws Exception {
        Received received =
                talk("exec?command=echo&command=hello&stdout=true", "v5.channel.k8s.io");

        assertEquals("echo hello\n", received.output.toString(UTF_8));
        assertTrue(received.error.toString(UTF_8).contains("\"message\":\"3\""));
    }

    @Test
    void runsACommandThroughTheProxyOfItsNode() throws Exception {
        server.transport(User.component("test"))
                .create(
                        Kinds.NODE,
                        KubeObject.parse("{\"metadata\":{\"name\":\"n\"}}".getBytes(UTF_8)),
                        WriteOptions.NONE);
        String node = server.address().toString().replace("https", "wss") + "/api/v1/nodes/n/proxy";

        Received received =
                talkAt(
                        node + "/exec/default/web/main?command=echo&command=hello&output=1",
                        "v5.channel.k8s.io");

        assertEquals("echo hello\n", received.output.toString(UTF_8));
    }

    @Test
    void speaksTheFirstProtocolWithoutAStatus() throws Exception {
        Received received = talk("exec?command=echo&command=hello&stdout=true", "channel.k8s.io");

        assertEquals("echo hello\n", received.output.toString(UTF_8));
        assertTrue(received.error.toString(UTF_8).startsWith("command terminated with non-zero"));
    }

    @Test
    void speaksTextToBrowsers() throws Exception {
        Received received = talk("exec?command=hi&stdout=true", "v4.base64.channel.k8s.io");

        List<String> texts = List.of(received.texts.toString().split("\n", -1));
        assertEquals(List.of("1", "1aGkK"), texts.subList(0, 2));
    }

    @Test
    void sendsAContainersLogOverWebSocket() throws Exception {
        Received received = talk("log?tailLines=1", "binary.k8s.io");

        assertEquals("main: 1 line\n", received.whole.toString(UTF_8));
        String texts = talk("log?tailLines=1", "base64.binary.k8s.io").texts.toString();
        assertEquals("\nbWFpbjogMSBsaW5lCg==\n", texts);
    }

    @Test
    void forwardsAPortOverTheChannelsOfAWebSocket() throws Exception {
        Received received = talk("portforward?ports=8080", "v4.channel.k8s.io");

        String number = new String(new byte[] {(byte) 8080, (byte) (8080 >> 8)}, ISO_8859_1);
        assertEquals(number + "port 8080", received.error.toString(ISO_8859_1));
        assertEquals(number, received.output.toString(ISO_8859_1));
    }

    @Test
    void saysAtOnceThatANodeForwardsNoPorts() throws Exception {
        String pod = POD.replace("\"web\"", "\"shut\"").replace("\"n\"", "\"" + PORTLESS + "\"");
        server.transport(User.component("test"))
                .create(Kinds.POD, KubeObject.parse(pod.getBytes(UTF_8)), WriteOptions.NONE);
        String base = server.address().toString().replace("https", "wss");
        String at = base + "/api/v1/namespaces/default/pods/shut/portforward?ports=8080";

        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> talkAt(at, "v4.channel.k8s.io"));

        assertEquals(
                400, ((WebSocketHandshakeException) refused.getCause()).getResponse().statusCode());
    }

    private Received talk(String request, String protocol) throws Exception {
        String base = server.address().toString().replace("https", "wss");
        return talkAt(base + "/api/v1/namespaces/default/pods/web/" + request, protocol);
    }

    private Received talkAt(String at, String protocol) throws Exception {
        Received received = new Received();
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            client.newWebSocketBuilder()
                    .subprotocols(protocol)
                    .header("Authorization", "Bearer " + token())
                    .buildAsync(URI.create(at), received)
                    .get(20, TimeUnit.SECONDS);
            received.closed.get(20, TimeUnit.SECONDS);
        }
        return received;
    }

    @Test
    void sendsAContainersLog() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            var answer =
                    client.send(
                            java.net.http.HttpRequest.newBuilder(
                                            server.address()
                                                    .resolve(
                                                            "/api/v1/namespaces/default/pods/web"
                                                                    + "/log?tailLines=1"))
                                    .header("Authorization", "Bearer " + token())
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofString());

            assertEquals("main: 1 line\n", answer.body());
        }
    }

    private String token() {
        JsonObject config = (JsonObject) Json.parse(server.kubeconfig("t", true).getBytes(UTF_8));
        return config.array("users").objects().getFirst().object("user").string("token");
    }

    private SSLContext trusting() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", server.pki().authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static final class Received implements WebSocket.Listener {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private final ByteArrayOutputStream error = new ByteArrayOutputStream();
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        private final StringBuilder texts = new StringBuilder();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            whole.writeBytes(bytes);
            if (bytes.length > 0) {
                (bytes[0] == 1 ? output : error).write(bytes, 1, bytes.length - 1);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            texts.append(data).append('\n');
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    /// A node whose commands print themselves and end with 3, and whose ports tell their number.
    private static final class EchoNode implements NodeGateway {
        @Override
        public InputStream logs(PodTarget target, LogOptions options) {
            String line = target.container() + ": " + options.tailLines() + " line\n";
            return new ByteArrayInputStream(line.getBytes(UTF_8));
        }

        @Override
        public ProcessStreams exec(PodTarget target, ExecOptions options) {
            byte[] output = (String.join(" ", options.command()) + "\n").getBytes(UTF_8);
            return new ProcessStreams() {
                @Override
                public OutputStream stdin() {
                    return OutputStream.nullOutputStream();
                }

                @Override
                public InputStream stdout() {
                    return new ByteArrayInputStream(output);
                }

                @Override
                public InputStream stderr() {
                    return InputStream.nullInputStream();
                }

                @Override
                public void resize(int columns, int rows) {}

                @Override
                public Exit await() {
                    return new Exit(3);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public ProcessStreams attach(PodTarget target, ExecOptions options) {
            return exec(target, options);
        }

        @Override
        public void requireForwarding(PodTarget target) {
            if (target.node().equals(PORTLESS)) {
                throw Status.badRequest("no ports here").asException();
            }
        }

        @Override
        public Duplex connect(PodTarget target, int port) {
            byte[] greeting = ("port " + port).getBytes(UTF_8);
            return new Duplex() {
                @Override
                public InputStream input() {
                    return new ByteArrayInputStream(greeting);
                }

                @Override
                public OutputStream output() {
                    return OutputStream.nullOutputStream();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public NodeAnswer request(String node, String method, String path, byte[] body) {
            throw new UnsupportedOperationException("no agent here");
        }
    }
}
