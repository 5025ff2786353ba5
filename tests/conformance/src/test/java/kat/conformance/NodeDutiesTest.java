package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A real node's own pods, a private image, and an autoscaler that acts on what pods use.
@Tag("root")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NodeDutiesTest {

    private static final String FIRST = ".status.containerStatuses[0]";

    /// Averages of pods are looked at every 15 s, and a pod's first figures are not believed.
    private static final Duration SCALING = Duration.ofMinutes(3);

    private static final String BUSY =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: busy}
            spec:
              selector: {matchLabels: {app: busy}}
              template:
                metadata: {labels: {app: busy}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "while :; do :; done"]
                    resources: {requests: {cpu: 50m}, limits: {cpu: 150m}}
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: busy}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: busy}
              minReplicas: 1
              maxReplicas: 2
              metrics:
              - type: Resource
                resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
            """;

    private static final String STATIC =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: fixed, namespace: default}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "trap 'exit 3' TERM; sleep 6000 & wait"]
            """;

    private static final String PRIVATE =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: $NAME}
            spec:
              terminationGracePeriodSeconds: 0
              $SECRETS
              containers: [{name: main, image: "$IMAGE", command: [sleep, "6000"]}]
            """;

    @Test
    void aNodeRunsItsFilesPullsWithSecretsAndTellsWhatPodsUse() throws Exception {
        try (TestCluster cluster = TestCluster.named("duties")) {
            cluster.up().ok();
            cluster.loadImages();
            Kubectl kubectl = cluster.kubectl();
            kubectl.apply(BUSY).ok();

            aFileIsAPodThatStays(cluster, kubectl);
            aPrivateImageComesWithItsSecretAlone(cluster, kubectl);
            loadMakesMorePods(kubectl);
        }
    }

    private static void aFileIsAPodThatStays(TestCluster cluster, Kubectl kubectl)
            throws Exception {
        String node = kubectl.field("nodes", ".items[0].metadata.name");
        Path manifests = cluster.home().resolve(cluster.name()).resolve("node/kubelet/manifests");
        Files.writeString(manifests.resolve("fixed.yaml"), STATIC);
        String mirror = "pod/fixed-" + node;
        Waiting.until("the mirror is there", () -> kubectl.type("get " + mirror).exit() == 0);
        kubectl.type("wait " + mirror + " --for=condition=Ready --timeout=60s").ok();
        String uid = kubectl.field(mirror, ".metadata.uid");
        String container = kubectl.field(mirror, FIRST + ".containerID");

        kubectl.type("delete " + mirror).ok();
        Waiting.until(
                "another mirror is there, of the same container",
                () -> {
                    Outcome now = kubectl.type("get " + mirror + " -o yaml");
                    return now.exit() == 0
                            && !now.out().contains("\n  uid: " + uid)
                            && now.out().contains(container);
                });

        // The command ends with the container that it runs in, or just before.
        Outcome unused = kubectl.type("exec fixed-" + node + " -- kill 1");
        Waiting.until(
                "it runs again",
                () ->
                        !kubectl.field(mirror, FIRST + ".state.running.startedAt").isEmpty()
                                && kubectl.field(mirror, FIRST + ".restartCount").equals("1"));
        assertEquals("3", kubectl.field(mirror, FIRST + ".lastState.terminated.exitCode"));
        assertNotEquals(container, kubectl.field(mirror, FIRST + ".containerID"));
    }

    /// An image that no other pod has: who asked with a secret for what others have too, has it
    /// asked for again, as in Kubernetes.
    private static void aPrivateImageComesWithItsSecretAlone(TestCluster cluster, Kubectl kubectl)
            throws Exception {
        Path files = cluster.folder().resolve("registry");
        try (PrivateRegistry registry = PrivateRegistry.of(TestCluster.image("echo"), files)) {
            String login =
                    "create secret docker-registry login --docker-server=%s --docker-username=%s"
                            + " --docker-password=%s";
            kubectl.type(
                            login.formatted(
                                    registry.address(),
                                    PrivateRegistry.USER,
                                    PrivateRegistry.PASSWORD))
                    .ok();
            String pod = PRIVATE.replace("$IMAGE", registry.address() + "/private:1");
            kubectl.apply(pod.replace("$NAME", "stranger").replace("$SECRETS", "")).ok();
            Waiting.until(
                    "refused",
                    () ->
                            kubectl.field("pod/stranger", FIRST + ".state.waiting.reason")
                                    .matches("ErrImagePull|ImagePullBackOff"));
            assertTrue(registry.refused() > 0, "the registry was asked");

            kubectl.apply(
                            pod.replace("$NAME", "guest")
                                    .replace("$SECRETS", "imagePullSecrets: [{name: login}]"))
                    .ok();
            kubectl.type("wait pod/guest --for=condition=Ready --timeout=60s").ok();
            assertEquals("", kubectl.field("pod/stranger", FIRST + ".state.running.startedAt"));
            kubectl.type("describe pod stranger").shows("Failed to pull image");
            kubectl.type("delete pod stranger guest").ok();
        }
    }

    private static void loadMakesMorePods(Kubectl kubectl) throws Exception {
        String wanted = ".status.desiredReplicas";
        Waiting.until(
                "two are wanted", SCALING, () -> kubectl.field("hpa/busy", wanted).equals("2"));
        kubectl.type("wait pods -l app=busy --for=condition=Ready --timeout=60s").ok();

        String used = kubectl.field("hpa/busy", ".status.currentMetrics[0].resource.current");
        assertTrue(used.contains("averageUtilization"), used);
        kubectl.type("describe hpa busy")
                .shows(
                        "SuccessfulRescale",
                        "New size: 2; reason: cpu resource utilization (percentage of request)"
                                + " above target");
        kubectl.type("top pods -l app=busy").shows("busy-");
        kubectl.type("delete hpa,deployment busy").ok();
        Waiting.until(
                "they are gone", () -> kubectl.type("get pods -l app=busy -o name").ok().isEmpty());
    }
}
