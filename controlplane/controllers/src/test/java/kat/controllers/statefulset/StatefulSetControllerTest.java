package kat.controllers.statefulset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.strategy.FeatureGates;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class StatefulSetControllerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String ROLLING =
            ", updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0}}";

    private MemoryCluster cluster =
            new MemoryCluster(
                    NOW,
                    new StatefulSetController(FeatureGates.parse("MaxUnavailableStatefulSet=1")));

    @Test
    void startsEachPodAfterTheOneBeforeIsReady() {
        set("replicas: 3");
        cluster.settle();
        assertEquals(List.of("m-0"), names());

        ready();
        cluster.settle();
        assertEquals(List.of("m-0", "m-1"), names());

        finish();
        assertEquals(List.of("m-0", "m-1", "m-2"), names());
        assertEquals(
                List.of(
                        "Create Pod m-0 in StatefulSet m successful",
                        "Create Pod m-1 in StatefulSet m successful",
                        "Create Pod m-2 in StatefulSet m successful"),
                cluster.messages());
        assertEquals(3, set().status().integer("readyReplicas", 0));
        assertEquals("m-1", pod("m-1").spec().string("hostname"));
        assertEquals("s", pod("m-1").spec().string("subdomain"));
    }

    @Test
    void startsAllAtOnceWhenParallel() {
        set("replicas: 3, podManagementPolicy: Parallel, ordinals: {start: 5}");

        cluster.settle();

        assertEquals(List.of("m-5", "m-6", "m-7"), names());
    }

    @Test
    void replacesFromTheHighestNumberDownToThePartition() {
        set("replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}");
        finish();
        String first = set().status().string("currentRevision");

        image("two");
        List<String> gone = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            List<String> before = names();
            cluster.round();
            before.stream().filter(name -> !names().contains(name)).forEach(gone::add);
            ready();
        }

        assertEquals(List.of("m-2", "m-1"), gone);
        assertEquals(first, pod("m-0").label(Identity.REVISION));
        assertEquals(set().status().string("updateRevision"), pod("m-2").label(Identity.REVISION));
        assertEquals(2, set().status().integer("updatedReplicas", 0));
        assertEquals(first, set().status().string("currentRevision"));
        assertEquals(2, cluster.list(Kinds.CONTROLLER_REVISION, "ns").size());
    }

    @Test
    void replacesAsManyAtATimeAsMayBeUnavailable() {
        set(
                "replicas: 5, updateStrategy:"
                        + " {type: RollingUpdate, rollingUpdate: {partition: 1, maxUnavailable: 50%}}");
        finish();

        image("two");
        List<List<String>> gone = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            List<String> before = names();
            cluster.round();
            List<String> left = before.stream().filter(name -> !names().contains(name)).toList();
            if (!left.isEmpty()) {
                gone.add(left);
            }
            ready();
        }

        assertEquals(List.of(List.of("m-3", "m-4"), List.of("m-1", "m-2")), gone);
        assertEquals(4, set().status().integer("updatedReplicas", 0));
    }

    @Test
    void replacesOneAtATimeWhereTheFeatureWasSwitchedOff() {
        cluster = new MemoryCluster(NOW, new StatefulSetController(FeatureGates.DEFAULT));
        set(
                "replicas: 3, updateStrategy:"
                        + " {type: RollingUpdate, rollingUpdate: {maxUnavailable: 3}}");
        finish();

        image("two");
        cluster.settle();

        assertEquals(List.of("m-0", "m-1", "m-2"), names());
        assertEquals(1, set().status().integer("updatedReplicas", 0));
    }

    @Test
    void replacesPodsThatNeverStartedWhenParallel() {
        set("replicas: 2, podManagementPolicy: Parallel" + ROLLING);
        cluster.settle();

        image("two");
        cluster.settle();

        String updated = set().status().string("updateRevision");
        assertEquals(updated, pod("m-1").label(Identity.REVISION));
        assertNotEquals(updated, pod("m-0").label(Identity.REVISION), "m-1 is not ready yet");
        finish();
        assertEquals(updated, pod("m-0").label(Identity.REVISION));
    }

    @Test
    void letsClaimsOfPodsThatAreNotReadyFollowTheRetentionPolicyWhenParallel() {
        set(
                "replicas: 1, podManagementPolicy: Parallel,"
                        + " volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]"
                        + ROLLING);
        cluster.settle();

        Json policy = JsonObject.of("whenDeleted", Json.of("Delete"));
        KubeObject changed =
                set().withSpec(spec -> spec.with("persistentVolumeClaimRetentionPolicy", policy));
        cluster.update(Kinds.STATEFUL_SET, changed, "");
        cluster.settle();

        KubeObject claim = cluster.get(Kinds.PERSISTENT_VOLUME_CLAIM, key("data-m-0"));
        assertNotNull(claim);
        assertEquals(
                List.of("m"), claim.ownerReferences().stream().map(each -> each.name()).toList());
    }

    @Test
    void goesBackToAnEarlierRevisionWithoutMakingANewOne() {
        set("replicas: 1, updateStrategy: {type: RollingUpdate}");
        finish();
        String first = set().status().string("currentRevision");
        image("two");
        finish();

        image("one");
        finish();

        assertEquals(first, set().status().string("currentRevision"));
        assertEquals(
                List.of(2L, 3L),
                cluster.list(Kinds.CONTROLLER_REVISION, "ns").stream()
                        .map(each -> each.tree().integer("revision", 0))
                        .sorted()
                        .toList());
    }

    @Test
    void removesTheHighestNumberFirstAndLetsItsClaimGoWithIt() {
        set(
                "replicas: 2, persistentVolumeClaimRetentionPolicy: {whenScaled: Delete,"
                        + " whenDeleted: Retain},"
                        + " volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]");
        finish();
        assertEquals(List.of("data-m-0", "data-m-1"), claims());

        KubeObject smaller = set().withSpec(spec -> spec.with("replicas", 1));
        cluster.update(Kinds.STATEFUL_SET, smaller, "");
        cluster.round();

        assertEquals(List.of("m-0"), names());
        KubeObject claim = cluster.get(Kinds.PERSISTENT_VOLUME_CLAIM, key("data-m-1"));
        assertNotNull(claim);
        assertEquals("m-1", claim.ownerReferences().getFirst().name());
    }

    /// A pod counts as available once it has been ready for so long; the next waits for that.
    @Test
    void waitsUntilAPodHasBeenReadyForAWhile() {
        set("replicas: 2, minReadySeconds: 5");
        finish();
        assertEquals(List.of("m-0"), names());
        assertEquals(1, set().status().integer("readyReplicas", 0));
        assertEquals(0, set().status().integer("availableReplicas", 0));

        cluster.advance(Duration.ofSeconds(4));
        finish();
        assertEquals(List.of("m-0"), names());

        cluster.advance(Duration.ofSeconds(1));
        finish();
        assertEquals(List.of("m-0", "m-1"), names());
        assertEquals(1, set().status().integer("availableReplicas", 0));
        cluster.advance(Duration.ofSeconds(5));
        finish();
        assertEquals(2, set().status().integer("availableReplicas", 0));
    }

    @Test
    void keepsOnlySoManyOldRevisions() {
        set("replicas: 1, revisionHistoryLimit: 1" + ROLLING);
        finish();
        for (String image : List.of("two", "three", "four")) {
            image(image);
            finish();
        }

        assertEquals(
                List.of(3L, 4L),
                cluster.list(Kinds.CONTROLLER_REVISION, "ns").stream()
                        .map(each -> each.tree().integer("revision", 0))
                        .sorted()
                        .toList());
    }

    @Test
    void startsAFailedPodAgain() {
        set("replicas: 1");
        finish();
        String uid = pod("m-0").uid();
        phase(pod("m-0"), "Failed");

        finish();

        assertTrue(!pod("m-0").uid().equals(uid));
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of("ns", name);
    }

    private void set(String more) {
        String text =
                "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: m, namespace: ns}, spec:"
                        + " {serviceName: s, selector: {matchLabels: {app: a}}, template:"
                        + " {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image:"
                        + " one}]}}, "
                        + more
                        + "}}";
        cluster.create(Kinds.STATEFUL_SET, new KubeObject((JsonObject) Yaml.parse(text)));
    }

    private void image(String image) {
        Json containers =
                JsonArray.of(JsonObject.of("name", Json.of("c"), "image", Json.of(image)));
        cluster.update(
                Kinds.STATEFUL_SET,
                set().withSpec(spec -> spec.withAt(containers, "template", "spec", "containers")),
                "");
    }

    private KubeObject set() {
        return Objects.requireNonNull(cluster.get(Kinds.STATEFUL_SET, key("m")));
    }

    private KubeObject pod(String name) {
        return Objects.requireNonNull(cluster.get(Kinds.POD, key(name)));
    }

    private List<String> names() {
        return cluster.list(Kinds.POD, "ns").stream().map(KubeObject::name).toList();
    }

    private List<String> claims() {
        return cluster.list(Kinds.PERSISTENT_VOLUME_CLAIM, "ns").stream()
                .map(KubeObject::name)
                .toList();
    }

    private void phase(KubeObject pod, String phase) {
        Json ready =
                JsonArray.of(
                        JsonObject.of("type", Json.of("Ready"), "status", Json.of("True"))
                                .with("lastTransitionTime", cluster.now().toString()));
        cluster.update(
                Kinds.POD,
                pod.withStatus(s -> s.with("phase", phase).with("conditions", ready)),
                "status");
    }

    private void ready() {
        for (KubeObject pod : cluster.list(Kinds.POD, "ns")) {
            if (pod.status().isEmpty()) {
                phase(pod, "Running");
            }
        }
    }

    private void finish() {
        for (int i = 0; i < 12; i++) {
            cluster.round();
            ready();
        }
        cluster.settle();
    }
}
