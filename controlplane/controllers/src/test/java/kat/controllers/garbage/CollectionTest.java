package kat.controllers.garbage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Change;
import kat.controllers.garbage.Collection.Dependent;
import kat.controllers.garbage.Collection.Owner;
import kat.controllers.garbage.Collection.Standing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CollectionTest {

    /// @param expected the changes, in short
    record Case(
            String name,
            String object,
            List<Owner> owners,
            List<Dependent> dependents,
            List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        String plain = "{metadata: {name: o, uid: o1}}";
        Dependent blocking =
                dependent(
                        "{metadata: {name: d, uid: d1, ownerReferences: [{uid: o1, blockOwnerDeletion: true}]}}");
        Dependent loose = dependent("{metadata: {name: d, uid: d1, ownerReferences: [{uid: o1}]}}");
        String foreground =
                "{metadata: {name: o, uid: o1, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [foregroundDeletion]}}";
        String orphan =
                "{metadata: {name: o, uid: o1, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [orphan, other]}}";
        return List.of(
                new Case("has no owner", plain, List.of(), List.of(), List.of()),
                new Case(
                        "owner is there",
                        plain,
                        List.of(owner(Standing.PRESENT)),
                        List.of(),
                        List.of()),
                new Case(
                        "lost its only owner",
                        plain,
                        List.of(owner(Standing.GONE)),
                        List.of(),
                        List.of("delete o Background")),
                new Case(
                        "lost one of two owners",
                        "{metadata: {name: o, uid: o1, ownerReferences: [{uid: PRESENT}, {uid: GONE}]}}",
                        List.of(owner(Standing.PRESENT), owner(Standing.GONE)),
                        List.of(),
                        List.of(
                                "patch o {\"metadata\":{\"ownerReferences\":[{\"uid\":\"PRESENT\"}],\"resourceVersion\":\"\"}}")),
                new Case(
                        "owner waits and it has dependents itself",
                        plain,
                        List.of(owner(Standing.WAITING)),
                        List.of(blocking),
                        List.of("delete o Foreground")),
                new Case(
                        "waits for a dependent that blocks it",
                        foreground,
                        List.of(),
                        List.of(blocking),
                        List.of()),
                new Case(
                        "does not wait for one that does not block it",
                        foreground,
                        List.of(),
                        List.of(loose),
                        List.of(
                                "patch o {\"metadata\":{\"finalizers\":[],\"resourceVersion\":\"\"}}")),
                new Case(
                        "leaves its dependents behind",
                        orphan,
                        List.of(),
                        List.of(loose),
                        List.of(
                                "patch d {\"metadata\":{\"ownerReferences\":[],\"resourceVersion\":\"\"}}",
                                "patch o {\"metadata\":{\"finalizers\":[\"other\"],\"resourceVersion\":\"\"}}")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(Case each) {
        List<Change> changes =
                Collection.decide(
                        Kinds.CONFIG_MAP,
                        object(each.object()),
                        each.owners(),
                        each.dependents(),
                        false);

        assertEquals(each.expected(), changes.stream().map(CollectionTest::brief).toList());
    }

    @Test
    void isFreedFromAnOwnerThatWaitsWhenAnotherKeepsIt() {
        String shared =
                "{metadata: {name: o, uid: o1, ownerReferences: [{uid: PRESENT}, {uid: WAITING}]}}";

        List<Change> changes =
                Collection.decide(
                        Kinds.CONFIG_MAP,
                        object(shared),
                        List.of(owner(Standing.PRESENT), owner(Standing.WAITING)),
                        List.of(),
                        false);

        assertEquals(
                List.of(
                        "patch o {\"metadata\":{\"ownerReferences\":[{\"uid\":\"PRESENT\"}],"
                                + "\"resourceVersion\":\"\"}}"),
                changes.stream().map(CollectionTest::brief).toList());
    }

    @Test
    void blocksItsOwnersNoMoreWhenItWaitsForItself() {
        KubeObject waiting =
                object(
                        "{metadata: {name: o, uid: o1, deletionTimestamp: '2026-01-01T00:00:00Z',"
                                + " finalizers: [foregroundDeletion],"
                                + " ownerReferences: [{uid: x, blockOwnerDeletion: true}, {uid: z}]}}");

        List<Change> changes =
                Collection.decide(Kinds.CONFIG_MAP, waiting, List.of(), List.of(), true);

        assertEquals(
                List.of(
                        "patch o {\"metadata\":{\"ownerReferences\":["
                                + "{\"blockOwnerDeletion\":false,\"uid\":\"x\"},{\"uid\":\"z\"}],"
                                + "\"resourceVersion\":\"\"}}"),
                changes.stream().map(CollectionTest::brief).toList());
    }

    private static String brief(Change change) {
        return switch (change) {
            case Change.Delete delete ->
                    "delete " + delete.key().name() + " " + delete.options().propagation();
            case Change.PatchObject patch ->
                    "patch " + patch.key().name() + " " + patch.patch().body();
            default -> change.toString();
        };
    }

    private static Owner owner(Standing standing) {
        return new Owner(
                new OwnerReference("v1", "ConfigMap", "owner", standing.name(), false, true),
                standing);
    }

    private static Dependent dependent(String yaml) {
        return new Dependent(Kinds.CONFIG_MAP, object(yaml));
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }
}
