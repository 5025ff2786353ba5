package kat.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.base.Threads;
import kat.simulation.cluster.Objects;
import kat.simulation.cluster.SimulatedCluster;
import kat.simulation.workloads.Person;
import kat.simulation.world.SimulatedProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A pod that waits for its claim, on the only node, which something more important wants
/// whole.
class ReservedPlaceTest {

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Randomness chance = Randomness.seeded(1);
    private final SimulatedCluster cluster =
            new SimulatedCluster(
                    chance, 1, new TreeMap<>(Map.of("cpu", "2", "memory", "4Gi", "pods", "10")));
    private final SimulatedProcess people = cluster.world().process("people");
    private final Objects objects = cluster.history().objects();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void isGivenBackForAPodThatMattersMoreAndItsPodWaitsAgain() {
        Set<String> told = new TreeSet<>();
        cluster.history()
                .onCommit(
                        commit -> {
                            if (commit.name().equals("pods default/small")) {
                                told.add(reason(commit.object()));
                            }
                        });
        cluster.start();
        await("the server is up", () -> cluster.server().isReady());
        create(
                "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: slow},"
                        + " provisioner: example.com/slow,"
                        + " volumeBindingMode: WaitForFirstConsumer}",
                "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high},"
                        + " value: 1000}",
                "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data,"
                        + " namespace: default}, spec: {storageClassName: slow,"
                        + " accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
                pod("small", "volumes: [{name: d, persistentVolumeClaim: {claimName: data}}],"));
        await("the claim is told its node", this::isNodeSelected);
        await("the pod is expected there", () -> nominatedNode("small").equals("node-0-0"));
        String uid = known("pods", "small").uid();

        create(pod("large", "priorityClassName: high,"));
        await("the large pod runs", () -> phase("large").equals("Running"));
        await("the small pod is told", () -> told.contains("SchedulerError"));

        assertEquals(uid, known("pods", "small").uid());
        assertEquals("", known("pods", "small").spec().string("nodeName"));
        assertEquals("", nominatedNode("small"));
        assertEquals("", nominatedNode("large"));
        assertTrue(
                objects.all("events").stream()
                        .anyMatch(
                                event ->
                                        event.tree()
                                                .toString()
                                                .contains("(in kube-scheduler memory).")));
    }

    /// The node does not let go of the one that has to, for it is down.
    @Test
    void isNoLongerExpectedWhereItCannotBeAnyMore() {
        cluster.start();
        await("the server is up", () -> cluster.server().isReady());
        create(
                "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high},"
                        + " value: 1000}",
                pod("small", ""));
        await("the small pod runs", () -> phase("small").equals("Running"));
        cluster.kill("node-0");
        create(pod("large", "priorityClassName: high,"));
        await("room is made", () -> nominatedNode("large").equals("node-0-0"));

        await("nothing is expected", () -> nominatedNode("large").isEmpty());
        assertEquals("", known("pods", "large").spec().string("nodeName"));
    }

    private boolean isNodeSelected() {
        KubeObject claim = objects.get("persistentvolumeclaims", ObjectKey.of("default", "data"));
        return claim != null
                && claim.annotation("volume.kubernetes.io/selected-node").equals("node-0-0");
    }

    private KubeObject known(String resource, String name) {
        KubeObject found = objects.get(resource, ObjectKey.of("default", name));
        assertTrue(found != null, resource + " " + name + " is gone");
        return java.util.Objects.requireNonNull(found);
    }

    private String nominatedNode(String pod) {
        return known("pods", pod).status().string("nominatedNodeName");
    }

    private String phase(String pod) {
        return known("pods", pod).status().string("phase");
    }

    /// Why a pod is on no node.
    private static String reason(KubeObject pod) {
        return pod.status().array("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals("PodScheduled"))
                .map(condition -> condition.string("reason"))
                .findFirst()
                .orElse("");
    }

    private static String pod(String name, String more) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: default}, spec: {%s"
                        .formatted(name, more)
                + " containers: [{name: c, image: \"app:1\", resources: {requests: {cpu:"
                + " 1500m}}}]}}";
    }

    private void create(String... yamls) {
        int[] left = {yamls.length};
        Threads.Running unused =
                people.start(
                        "person",
                        () -> {
                            Person person =
                                    new Person(
                                            people,
                                            cluster.network().transport(people, "kubernetes-admin"),
                                            chance);
                            for (String yaml : yamls) {
                                create(person, yaml);
                                left[0]--;
                            }
                        });
        await("all is made", () -> left[0] == 0);
    }

    private static void create(Person person, String yaml) {
        KubeObject object = new KubeObject((JsonObject) Yaml.parse(yaml));
        Kind kind = Kinds.builtIn().require(object.apiVersion(), object.kind());
        try {
            person.create(kind, yaml);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(String what, BooleanSupplier condition) {
        Instant end = cluster.world().now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertTrue(cluster.world().now().isBefore(end), "not within " + PATIENCE + ": " + what);
            cluster.world().runFor(STEP);
        }
    }
}
