package kat.api.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.wire.WireFiles;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

    private final Discovery discovery = new Discovery(Kinds.builtIn());

    @Test
    void prefersTheFirstVersionOfAGroup() {
        JsonObject group = discovery.group("autoscaling");

        assertEquals("v2", group.object("preferredVersion").string("version"));
        assertEquals(2, group.array("versions").size());
        assertNull(discovery.group("nope"));
    }

    @Test
    void leavesOutWhatIsNotServed() {
        Discovery some =
                new Discovery(
                        Kinds.builtIn(), kind -> !kind.group().equals("apps"), Kinds::storedIn);

        assertNull(some.resources("apps", "v1"));
        assertNull(some.group("apps"));
    }

    @Test
    void tellsInWhichVersionObjectsAreStored() {
        assertEquals("qwQve8ut294=", hash("autoscaling", "v2", "horizontalpodautoscalers"));
        assertEquals("qwQve8ut294=", hash("autoscaling", "v1", "horizontalpodautoscalers"));
        assertEquals(hash("", "v1", "events"), hash("events.k8s.io", "v1", "events"));
    }

    private String hash(String group, String version, String plural) {
        return Objects.requireNonNull(discovery.resources(group, version))
                .array("resources")
                .objects()
                .stream()
                .filter(resource -> resource.string("name").equals(plural))
                .findFirst()
                .orElseThrow()
                .string("storageVersionHash");
    }

    @Test
    void aggregatesEveryGroupOnce() {
        JsonObject list = discovery.aggregatedGroups("v2");

        assertEquals(discovery.groupNames().size(), list.array("items").size());
        JsonObject core = discovery.aggregatedCore("v2").array("items").objects().getFirst();
        assertEquals("v1", core.array("versions").objects().getFirst().string("version"));
    }

    @Test
    void writesMembersInTheOrderOfKubernetesTypes() {
        JsonObject list = Objects.requireNonNull(discovery.resources("", "v1"));
        String text = new String(DiscoveryText.of(list), StandardCharsets.UTF_8);

        assertTrue(
                text.startsWith(
                        "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":["));
        assertTrue(
                text.contains(
                        "{\"name\":\"configmaps\",\"singularName\":\"configmap\",\"namespaced\":true,"
                                + "\"kind\":\"ConfigMap\",\"verbs\":[\"create\",\"delete\","
                                + "\"deletecollection\",\"get\",\"list\",\"patch\",\"update\","
                                + "\"watch\"],\"shortNames\":[\"cm\"],\"storageVersionHash\":"));
        assertEquals(list, Json.parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void equalsTheRecordedResourceLists() {
        Path folder = WireFiles.folder();
        assumeTrue(folder != null, "KAT_WIRE names no folder of recorded answers");
        List<String> different = new ArrayList<>();
        for (WireFiles.Step step : WireFiles.steps(folder, "discovery.json")) {
            JsonObject want = step.answer().object("body");
            if (want.string("kind").equals("APIResourceList")) {
                String[] parts = step.path().split("/", -1);
                boolean core = parts[1].equals("api");
                JsonObject got = discovery.resources(core ? "" : parts[2], parts[core ? 2 : 3]);
                if (!want.equals(withoutHashes(got))) {
                    different.add(step + "\n want " + want + "\n got  " + got);
                }
            }
        }
        assertEquals(List.of(), different);
    }

    /// The recorder left them out of what it kept.
    private static Json withoutHashes(Json value) {
        return switch (value) {
            case JsonObject object ->
                    object.without("storageVersionHash").map((_, member) -> withoutHashes(member));
            case JsonArray array -> array.map(DiscoveryTest::withoutHashes);
            default -> value;
        };
    }
}
