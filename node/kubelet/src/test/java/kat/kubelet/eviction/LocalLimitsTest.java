package kat.kubelet.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Objects;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.kubelet.eviction.LocalLimits.Use;
import org.junit.jupiter.api.Test;

class LocalLimitsTest {

    private static final long MEBI = 1L << 20;
    private static final KubeObject POD =
            new KubeObject(
                    (JsonObject)
                            Objects.requireNonNull(
                                    Yaml.parse(
                                            """
                                            spec:
                                              volumes:
                                              - {name: cache, emptyDir: {sizeLimit: 10Mi}}
                                              - {name: shm, emptyDir: {medium: Memory}}
                                              - {name: open, emptyDir: {}}
                                              containers:
                                              - name: a
                                                resources: {limits: {ephemeral-storage: 20Mi}}
                                              - name: b
                                                resources: {limits: {ephemeral-storage: 30Mi}}
                                            """)));

    @Test
    void letsBeWhatKeepsItsLimits() {
        assertEquals("", exceeded(Map.of("cache", 10 * MEBI), Map.of("a", 20 * MEBI)));
        assertEquals("", exceeded(Map.of("shm", 90 * MEBI), Map.of("b", 30 * MEBI)));
    }

    @Test
    void namesTheVolumeThatIsTooLarge() {
        assertEquals(
                "Usage of EmptyDir volume \"cache\" exceeds the limit \"10Mi\". ",
                exceeded(Map.of("cache", 10 * MEBI + 1), Map.of()));
    }

    @Test
    void addsVolumesAndContainersUpForThePod() {
        assertEquals(
                "Pod ephemeral local storage usage exceeds the total limit of containers 50Mi. ",
                exceeded(Map.of("open", 40 * MEBI), Map.of("a", 6 * MEBI, "b", 5 * MEBI)));
    }

    @Test
    void namesTheContainerThatWroteTooMuch() {
        assertEquals(
                "Container a exceeded its local ephemeral storage limit \"20Mi\". ",
                exceeded(Map.of(), Map.of("a", 21 * MEBI)));
    }

    @Test
    void looksOnlyAtPodsWithLimits() {
        assertTrue(LocalLimits.hasAny(POD));
        assertFalse(
                LocalLimits.hasAny(
                        POD.withSpec(spec -> spec.without("volumes").without("containers"))));
    }

    private static String exceeded(Map<String, Long> volumes, Map<String, Long> containers) {
        return LocalLimits.exceeded(POD, new Use(volumes, containers));
    }
}
