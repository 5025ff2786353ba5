package kat.controllers.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class NamespaceEmptyingTest {

    @Test
    void takesPodsBeforeWhatTheyMayNeed() {
        List<NamespaceEmptying.Stage> stages =
                NamespaceEmptying.stages(List.of(Kinds.CONFIG_MAP, Kinds.POD, Kinds.SECRET));
        assertEquals(List.of(Kinds.POD), stages.getFirst().kinds());
        assertEquals(List.of(Kinds.CONFIG_MAP, Kinds.SECRET), stages.getLast().kinds());
    }

    @Test
    void tellsOfServersThatCannotBeAskedAndOfKindsThatCannotBeDeleted() {
        SequencedMap<Kind, String> content = new LinkedHashMap<>();
        content.put(Kinds.SECRET, "second");
        content.put(Kinds.CONFIG_MAP, "first");
        NamespaceEmptying.Failures failures =
                new NamespaceEmptying.Failures(List.of("a.example.com/v1", "b/v2"), content);

        JsonArray conditions =
                NamespaceEmptying.conditions(
                        new KubeObject(JsonObject.EMPTY),
                        new LinkedHashMap<>(),
                        failures,
                        Instant.EPOCH);

        assertEquals(
                List.of(
                        "True DiscoveryFailed Discovery failed for some groups, 2 failing: unable"
                                + " to retrieve the complete list of server APIs:"
                                + " a.example.com/v1: stale GroupVersion discovery:"
                                + " a.example.com/v1, b/v2: stale GroupVersion discovery: b/v2",
                        "False ParsedGroupVersions All legacy kube types successfully parsed",
                        "True ContentDeletionFailed Failed to delete all resource types, 2"
                                + " remaining: first, second",
                        "False ContentRemoved All content successfully removed",
                        "False ContentHasNoFinalizers All content-preserving finalizers finished"),
                conditions.objects().stream()
                        .map(
                                each ->
                                        each.string("status")
                                                + " "
                                                + each.string("reason")
                                                + " "
                                                + each.string("message"))
                        .toList());
    }
}
