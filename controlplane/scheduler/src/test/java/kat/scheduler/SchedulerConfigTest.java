package kat.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerConfigTest {

    private static final String HEAD =
            "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

    @Test
    void hasOneUsualProfileWhenNothingIsSaid() {
        assertEquals(SchedulerConfig.USUAL, parse(""));
    }

    @Test
    void readsProfilesWithPlugInsAndWeights() {
        SchedulerConfig config =
                parse(
                        """
                        percentageOfNodesToScore: 30
                        profiles:
                        - schedulerName: default-scheduler
                        - schedulerName: packing
                          percentageOfNodesToScore: 100
                          plugins:
                            multiPoint:
                              disabled: [{name: ImageLocality}]
                            score:
                              disabled: [{name: '*'}]
                              enabled: [{name: NodeResourcesFit, weight: 5}]
                            filter:
                              disabled: [{name: TaintToleration}]
                        """);

        assertEquals(List.of("default-scheduler", "packing"), config.names());
        assertEquals(30, config.profiles().getFirst().percentage());
        Profile packing = config.profiles().getLast();
        assertEquals(100, packing.percentage());
        List<String> scores = new ArrayList<>();
        for (Plugin plugin : DefaultPlugins.all(ClusterObjects.NONE)) {
            if (plugin instanceof Plugin.Score score && packing.scoresBy(plugin)) {
                scores.add(plugin.name() + " " + packing.weight(score));
            }
            assertEquals(
                    !plugin.name().equals("TaintToleration")
                            && !plugin.name().equals("ImageLocality"),
                    packing.filtersBy(plugin));
        }
        assertEquals(List.of("NodeResourcesFit 5"), scores);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "profiles: [{}, {}] | duplicate profile with scheduler name \"default-scheduler\"",
                "percentageOfNodesToScore: 101 | percentageOfNodesToScore: Invalid value: 101: not in"
                        + " valid range [0-100]",
            })
    void refusesWhatIsWrong(String yaml, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> parse(yaml)).getMessage());
    }

    @Test
    void namesThePlugInsWhenOneIsUnknown() {
        String yaml = "profiles: [{plugins: {score: {enabled: [{name: Luck}]}}}]";

        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> parse(yaml))
                        .getMessage()
                        .startsWith("unknown plugin \"Luck\"; known are DefaultBinder, Def"));
    }

    @Test
    void prefersNodesThatHaveTheImage() {
        NodeInfo with = node("z-with", "images: [{names: ['app:1'], sizeBytes: 1048576000}], ");
        NodeInfo without = node("a-without", "");
        PodInfo pod =
                PodInfo.of(
                        object(
                                "{metadata: {name: p, namespace: ns, uid: u}, spec: {containers:"
                                        + " [{name: c, image: 'app:1'}]}}"));
        Scheduling scheduling =
                new Scheduling(
                        DefaultPlugins.all(ClusterObjects.NONE).stream()
                                .filter(plugin -> plugin.name().equals("ImageLocality"))
                                .toList(),
                        Randomness.seeded(1));

        for (int start = 0; start < 10; start++) {
            assertEquals(
                    new Decision.Bind("z-with"),
                    scheduling.decide(pod, List.of(without, with), start).decision());
        }
        assertFalse(with.images().isEmpty());
    }

    private static NodeInfo node(String name, String images) {
        return NodeInfo.of(
                object(
                        "{metadata: {name: %s}, status: {%s allocatable: {cpu: '4', pods: '9'}}}"
                                .formatted(name, images)),
                List.of());
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Objects.requireNonNull(Yaml.parse(yaml)));
    }

    private static SchedulerConfig parse(String yaml) {
        return SchedulerConfig.parse((JsonObject) Objects.requireNonNull(Yaml.parse(HEAD + yaml)));
    }
}
