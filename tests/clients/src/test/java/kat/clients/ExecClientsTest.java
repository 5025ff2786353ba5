package kat.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.kubernetes.client.Attach;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.PortForward;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecClientsTest {

    private static final int SECONDS = 30;

    /// The number of a port stands before what comes on its stream of errors, which this client
    /// leaves there.
    private static final int PORT_BYTES = 2;

    private BareServer server;

    @BeforeEach
    void start() throws Exception {
        server = new BareServer();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private ApiClient official() throws Exception {
        return ClientBuilder.kubeconfig(
                        KubeConfig.loadKubeConfig(new StringReader(server.kubeconfig())))
                .build();
    }

    private KubernetesClient fabric8() {
        Config config = Config.fromKubeconfig(server.kubeconfig());
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private String run(String command) throws Exception {
        Process process =
                new Exec(official())
                        .exec("default", "web", new String[] {command}, "main", false, false);
        try (InputStream output = process.getInputStream();
                InputStream error = process.getErrorStream()) {
            String out = new String(output.readAllBytes(), UTF_8);
            String err = new String(error.readAllBytes(), UTF_8);
            process.waitFor(SECONDS, TimeUnit.SECONDS);
            return out + err + process.exitValue();
        } finally {
            process.destroy();
        }
    }

    @Test
    void theOfficialClientRunsCommandsAndReadsTheirEnd() throws Exception {
        assertEquals("hello\n0", run("hello"));
        assertEquals("it failed\n3", run("fail"));
    }

    @Test
    void theOfficialClientReadsLogs() throws Exception {
        try (InputStream log =
                new PodLogs(official()).streamNamespacedPodLog("default", "web", "main")) {
            assertEquals("main says hello\n", new String(log.readAllBytes(), UTF_8));
        }
    }

    @Test
    void fabric8TypesIntoACommand() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (KubernetesClient client = fabric8();
                ExecWatch watch =
                        client.pods()
                                .inNamespace("default")
                                .withName("web")
                                .redirectingInput()
                                .writingOutput(output)
                                .exec("cat")) {
            watch.getInput().write("typed\n".getBytes(UTF_8));
            watch.getInput().flush();
            Waiting.until("the echo", () -> output.toString(UTF_8).equals("typed\n"));
        }
    }

    @Test
    void fabric8ReadsTheEndOfACommandAndLogs() throws Exception {
        try (KubernetesClient client = fabric8();
                ExecWatch watch =
                        client.pods()
                                .inNamespace("default")
                                .withName("web")
                                .redirectingError()
                                .exec("fail")) {
            assertEquals(EchoNode.FAILURE, watch.exitCode().get(SECONDS, TimeUnit.SECONDS));
            assertEquals(
                    "main says hello\n",
                    client.pods().inNamespace("default").withName("web").getLog());
        }
    }

    @Test
    void theOfficialClientAttachesToAContainer() throws Exception {
        try (Attach.AttachResult attached =
                new Attach(official())
                        .newConnectionBuilder("default", "web")
                        .setContainer("main")
                        .setStdout(true)
                        .connect()) {
            OutputStream input = attached.getStandardInputStream();
            input.write("typed\n".getBytes(UTF_8));
            input.flush();

            assertEquals("typed\n", read(attached.getStandardOutputStream(), "typed\n".length()));
        }
        Waiting.until("nobody is attached", () -> server.node().open() == 0);
    }

    @Test
    void theOfficialClientForwardsPorts() throws Exception {
        int closed = EchoNode.ECHO_PORT + 1;
        List<Integer> ports = List.of(EchoNode.ECHO_PORT, closed);
        try (PortForward.PortForwardResult forwarded =
                new PortForward(official()).forward("default", "web", ports)) {
            OutputStream output = forwarded.getOutboundStream(EchoNode.ECHO_PORT);
            output.write("hello".getBytes(UTF_8));
            output.flush();

            assertEquals("hello", read(forwarded.getInputStream(EchoNode.ECHO_PORT), 5));
            String refused = "error forwarding port " + closed + " to pod web";
            InputStream error = forwarded.getErrorStream(closed);
            assertEquals((char) closed + "\0", read(error, PORT_BYTES));
            assertEquals(refused, read(error, refused.length()));
        }
    }

    private static String read(InputStream from, int bytes) throws Exception {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return new String(from.readNBytes(bytes), UTF_8);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                .get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void fabric8AttachesToAContainer() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (KubernetesClient client = fabric8();
                ExecWatch watch =
                        client.pods()
                                .inNamespace("default")
                                .withName("web")
                                .redirectingInput()
                                .writingOutput(output)
                                .attach()) {
            watch.getInput().write("typed\n".getBytes(UTF_8));
            watch.getInput().flush();
            Waiting.until("the echo", () -> output.toString(UTF_8).equals("typed\n"));
        }
        Waiting.until("nobody is attached", () -> server.node().open() == 0);
    }

    @Test
    void fabric8ForwardsAPort() throws Exception {
        try (KubernetesClient client = fabric8();
                LocalPortForward forwarded =
                        client.pods()
                                .inNamespace("default")
                                .withName("web")
                                .portForward(EchoNode.ECHO_PORT);
                Socket socket = new Socket(forwarded.getLocalAddress(), forwarded.getLocalPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            socket.getOutputStream().write("hello".getBytes(UTF_8));

            assertEquals("hello", new String(socket.getInputStream().readNBytes(5), UTF_8));
            assertFalse(forwarded.errorOccurred());
        }
    }

    @Test
    void fabric8IsToldOfAPortThatIsClosed() throws Exception {
        try (KubernetesClient client = fabric8();
                LocalPortForward forwarded =
                        client.pods()
                                .inNamespace("default")
                                .withName("web")
                                .portForward(EchoNode.ECHO_PORT + 1);
                Socket socket = new Socket(forwarded.getLocalAddress(), forwarded.getLocalPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            socket.getOutputStream().write("hello".getBytes(UTF_8));

            assertEquals("", new String(socket.getInputStream().readAllBytes(), UTF_8));
            Waiting.until("an error", forwarded::errorOccurred);
        }
    }
}
