package kat.controllers.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecyclerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectKey VOLUME = ObjectKey.of("", "v");
    private static final ObjectKey POD = ObjectKey.of("default", "recycler-for-v");

    private final VolumeBinder binder = new VolumeBinder();
    private final MemoryCluster cluster = new MemoryCluster(NOW, binder);

    @Test
    void aPodEmptiesTheVolumeAndThenItIsFree() {
        released("hostPath: {path: /d, type: Directory}", "5Gi", "yes");

        settle();
        assertEquals("Released", phase());
        KubeObject pod = Objects.requireNonNull(pod());
        assertEquals("Never", pod.spec().string("restartPolicy"));
        assertEquals(
                "[{\"hostPath\":{\"path\":\"/d\"},\"name\":\"vol\"}]",
                pod.spec().array("volumes").toString());
        end("Succeeded", "");
        settle();

        assertEquals("Available", phase());
        assertFalse(volume().spec().has("claimRef"));
        assertEquals("", volume().annotation("pv.kubernetes.io/bound-by-controller"));
        assertNull(pod());
        assertEquals("Volume recycled", cluster.messages().getLast());
    }

    @Test
    void aVolumeThatWasKeptForAClaimByHandStaysKeptForItsName() {
        released("nfs: {server: s, path: /d}", "5Gi", "");

        settle();
        end("Succeeded", "");
        settle();

        assertEquals("Available", phase());
        assertEquals(
                "{\"name\":\"c\",\"namespace\":\"ns\"}",
                volume().spec().object("claimRef").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostPath: {path: /d}|1Gi|60",
                "hostPath: {path: /d}|1500Mi|60",
                "hostPath: {path: /d}|10Gi|300",
                "hostPath: {path: /d}|''|60",
                "nfs: {server: s, path: /d}|1Gi|300",
                "nfs: {server: s, path: /d}|100Gi|3000"
            })
    void aLargerVolumeHasMoreTime(String source, String size, long seconds) {
        released(source, size, "yes");

        settle();

        assertEquals(
                seconds, Objects.requireNonNull(pod()).spec().integer("activeDeadlineSeconds", 0));
    }

    @Test
    void aPodThatFailsIsTriedAgainAfterAWhile() {
        released("hostPath: {path: /d}", "1Gi", "yes");
        settle();
        String first = Objects.requireNonNull(pod()).uid();

        end("Failed", "it ran out");
        settle();
        assertEquals("Failed", phase());
        assertEquals(
                "Recycle failed: failed to recycle volume: it ran out",
                volume().status().string("message"));
        assertEquals(first, Objects.requireNonNull(pod()).uid());

        cluster.advance(Reclaim.LOOK_AGAIN);
        settle();
        assertNotEquals(first, Objects.requireNonNull(pod()).uid());
        end("Succeeded", "");
        settle();
        assertEquals("Available", phase());
        assertEquals("", volume().status().string("message"));
    }

    @Test
    void aPodThatSaysNothingHasFailedToo() {
        released("hostPath: {path: /d}", "1Gi", "yes");
        settle();

        end("Failed", "");
        settle();

        assertEquals(
                "Recycle failed: failed to recycle volume: pod failed, pod.Status.Message unknown",
                cluster.messages().getLast());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image|image: other|-",
                "claim|-|metadata: {annotations: {kat.dev/recycled-claim: earlier}}",
                "command|command: ['true']|-",
                "place|volumeMounts: [{name: vol, mountPath: /scrub, subPath: a}]|-",
                "volume|-|spec: {volumes: [{name: vol, hostPath: {path: /other}}]}",
                "second|-|spec: {initContainers: [{name: i, image: x}]}"
            })
    void aPodThatDoesSomethingElseDoesNotCount(String what, String container, String pod) {
        released("hostPath: {path: /d}", "1Gi", "yes");
        settle();
        KubeObject own = Objects.requireNonNull(pod());
        JsonObject changed = own.tree();
        if (!container.equals("-")) {
            JsonObject runs = own.spec().array("containers").objects().getFirst();
            changed =
                    changed.withAt(
                            JsonArray.of(merged(runs, parse(container))), "spec", "containers");
        }
        if (!pod.equals("-")) {
            JsonObject more = parse(pod);
            for (String part : more.names()) {
                changed = changed.with(part, merged(changed.object(part), more.object(part)));
            }
        }
        cluster.delete(Kinds.POD, own);
        cluster.create(Kinds.POD, new KubeObject(changed.with("status", phase("Succeeded"))));

        settle();

        assertEquals("Released", phase(), what);
        assertEquals(
                "Recycle failed: old recycler pod found, will retry later",
                cluster.messages().getLast());
        assertNotEquals("Succeeded", Objects.requireNonNull(pod()).status().string("phase"));
    }

    @Test
    void aPodWithTheDefaultsOfTheServerIsTheOneThatWasWanted() {
        released("hostPath: {path: /d}", "1Gi", "yes");
        settle();
        KubeObject own = Objects.requireNonNull(pod());
        cluster.update(
                Kinds.POD,
                new KubeObject(
                        own.tree()
                                .withAt(
                                        parse("{v: [{name: vol, hostPath: {path: /d, type: ''}}]}")
                                                .array("v"),
                                        "spec",
                                        "volumes")),
                "");

        end("Succeeded", "");
        settle();

        assertEquals("Available", phase());
    }

    @Test
    void aPodOfTheSameNameThatIsGoingIsWaitedFor() {
        released("hostPath: {path: /d}", "1Gi", "yes");
        cluster.create(
                Kinds.POD,
                new KubeObject(
                        parse(
                                "{metadata: {name: recycler-for-v, namespace: default, finalizers:"
                                        + " [a.b/c]}, spec: {containers: []}}")));
        settle();
        KubeObject going = Objects.requireNonNull(pod());
        assertFalse(going.metadata().string("deletionTimestamp").isEmpty());

        cluster.update(
                Kinds.POD, going.withMetadata(metadata -> metadata.without("finalizers")), "");
        cluster.delete(Kinds.POD, Objects.requireNonNull(pod()));
        settle();

        assertNotEquals(going.uid(), Objects.requireNonNull(pod()).uid());
    }

    private void settle() {
        for (int i = 0; i < 5; i++) {
            cluster.run(binder.reconcile(cluster, VOLUME, cluster.now()));
        }
    }

    private static JsonObject merged(JsonObject one, JsonObject other) {
        JsonObject all = one;
        for (String name : other.names()) {
            all = all.with(name, Objects.requireNonNull(other.get(name)));
        }
        return all;
    }

    private static JsonObject phase(String phase) {
        return JsonObject.of("phase", Json.of(phase));
    }

    private void end(String phase, String message) {
        KubeObject pod = Objects.requireNonNull(pod());
        cluster.update(
                Kinds.POD,
                pod.withStatus(_ -> phase(phase).with("message", Json.of(message))),
                "status");
    }

    private @Nullable KubeObject pod() {
        return cluster.get(Kinds.POD, POD);
    }

    private KubeObject volume() {
        return Objects.requireNonNull(cluster.get(Kinds.PERSISTENT_VOLUME, VOLUME));
    }

    private String phase() {
        return volume().status().string("phase");
    }

    private void released(String source, String size, String byController) {
        create(
                Kinds.PERSISTENT_VOLUME,
                ("{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, annotations:"
                                + " {pv.kubernetes.io/bound-by-controller: '%s'}}, spec: {claimRef:"
                                + " {namespace: ns, name: c, uid: gone, resourceVersion: '7'},"
                                + " capacity: {storage: '%s'},"
                                + " persistentVolumeReclaimPolicy: Recycle, %s}, status: {phase:"
                                + " Bound}}")
                        .formatted(byController, size, source));
    }

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject(parse(yaml)));
    }

    private static JsonObject parse(String yaml) {
        String text = yaml.startsWith("{") ? yaml : "{" + yaml + "}";
        return (JsonObject) Yaml.parse(text);
    }
}
