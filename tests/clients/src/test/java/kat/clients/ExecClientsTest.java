package kat.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecClientsTest {

    private static final int SECONDS = 30;

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
}
