package kat.kubelet.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.kubelet.eviction.Limit;
import kat.kubelet.eviction.Signal;
import kat.kubelet.eviction.Threshold;
import kat.kubelet.images.ImageCollector;
import kat.kubelet.settings.ShutdownSettings.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSettingsTest {

    private static final String HEAD =
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

    private static NodeSettings parse(String yaml) {
        return NodeSettings.parse((JsonObject) Yaml.parse(HEAD + yaml));
    }

    @Test
    void whatIsNotSetIsAsUsual() {
        assertEquals(NodeSettings.USUAL, parse(""));
        assertEquals(List.of(), NodeSettings.USUAL.shutdown().periods());
    }

    @Test
    void everyFieldCanBeSet() {
        NodeSettings settings =
                parse(
                        """
                        maxPods: 30
                        allowedUnsafeSysctls: ["kernel.msg*", net.core.somaxconn]
                        shutdownGracePeriod: 1m30s
                        shutdownGracePeriodCriticalPods: 10s
                        containerLogMaxSize: 16Ki
                        containerLogMaxFiles: 3
                        containerLogMonitorInterval: 3s
                        imageGCHighThresholdPercent: 60
                        imageGCLowThresholdPercent: 50
                        imageMinimumGCAge: 10s
                        """);

        assertEquals(
                new NodeSettings(
                        30,
                        new ShutdownSettings(
                                Duration.ofSeconds(90), Duration.ofSeconds(10), List.of()),
                        new LogSettings(16_384, 3, Duration.ofSeconds(3)),
                        new ImageCollector.Policy(60, 50, Long.MAX_VALUE, Duration.ofSeconds(10)),
                        EvictionSettings.USUAL,
                        List.of("kernel.msg*", "net.core.somaxconn")),
                settings);
        assertEquals(
                List.of(new Period(0, 80), new Period(2_000_000_000, 10)),
                settings.shutdown().periods());
    }

    @Test
    void periodsByPriorityAreSortedAndAddedUp() {
        ShutdownSettings settings =
                parse(
                                """
                                shutdownGracePeriodByPodPriority:
                                - {priority: 1000, shutdownGracePeriodSeconds: 20}
                                - {priority: 0, shutdownGracePeriodSeconds: 60}
                                """)
                        .shutdown();

        assertEquals(List.of(new Period(0, 60), new Period(1000, 20)), settings.periods());
        assertEquals(Duration.ofSeconds(80), settings.total());
    }

    @Test
    void thresholdsTakeThePlaceOfTheUsualOnes() {
        EvictionSettings settings =
                parse(
                                """
                                evictionHard: {memory.available: 200Mi, pid.available: "10%"}
                                evictionSoft: {memory.available: 1Gi}
                                evictionSoftGracePeriod: {memory.available: 1m30s}
                                evictionMinimumReclaim: {memory.available: 100Mi}
                                evictionMaxPodGracePeriod: 30
                                evictionPressureTransitionPeriod: 30s
                                """)
                        .eviction();
        Limit reclaim = Limit.of(Quantity.parse("100Mi"));

        assertEquals(
                new EvictionSettings(
                        List.of(
                                new Threshold(
                                        Signal.MEMORY,
                                        Limit.of(Quantity.parse("200Mi")),
                                        Duration.ZERO,
                                        reclaim),
                                Threshold.hard(Signal.PROCESSES, Limit.share(10)),
                                new Threshold(
                                        Signal.MEMORY,
                                        Limit.of(Quantity.parse("1Gi")),
                                        Duration.ofSeconds(90),
                                        reclaim)),
                        Duration.ofSeconds(30),
                        30),
                settings);
    }

    @Test
    void theUsualThresholdsCanBeKeptBesides() {
        EvictionSettings settings =
                parse(
                                "evictionHard: {pid.available: 500}\nmergeDefaultEvictionSettings: true"
                                        .replace("500", "'500'"))
                        .eviction();

        assertEquals(Threshold.USUAL.size() + 1, settings.thresholds().size());
        assertEquals(List.of(), parse("evictionHard: {pid.available: 0%}").eviction().thresholds());
    }

    @Test
    void theSettingsAreToldInTheirOwnNames() {
        JsonObject.Builder json = JsonObject.builder();
        parse("shutdownGracePeriod: 90s\nmaxPods: 12\ncontainerLogMaxSize: \"10485760\"")
                .addTo(json);
        JsonObject told = json.build();

        assertEquals("1m30s", told.string("shutdownGracePeriod"));
        assertEquals("10Mi", told.string("containerLogMaxSize"));
        assertEquals(12, told.integer("maxPods", 0));
        assertEquals(85, told.integer("imageGCHighThresholdPercent", 0));
        assertEquals("2m0s", told.string("imageMinimumGCAge"));
        assertEquals("100Mi", told.object("evictionHard").string("memory.available"));
        assertEquals("10%", told.object("evictionHard").string("nodefs.available"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxPods: 0 | invalid configuration: maxPods (--max-pods) 0 must be positive",
                "maxPods: some | maxPods must be a whole number, but is \"some\"",
                "shutdownGracePeriod: soon | shutdownGracePeriod must be a duration such as 1m30s,"
                        + " but is \"soon\"",
                "shutdownGracePeriod: 500ms | invalid configuration: shutdownGracePeriod 0.5s must"
                        + " be either zero or otherwise >= 1 sec",
                "shutdownGracePeriodCriticalPods: 5s | invalid configuration:"
                        + " shutdownGracePeriodCriticalPods 5s must be <= shutdownGracePeriod 0s",
                "containerLogMaxFiles: 1 | invalid configuration: containerLogMaxFiles must be"
                        + " greater than 1",
                "containerLogMonitorInterval: 1s | invalid configuration:"
                        + " containerLogMonitorInterval must be a positive time duration greater"
                        + " than or equal to 3s",
                "imageGCHighThresholdPercent: 101 | invalid configuration:"
                        + " imageGCHighThresholdPercent (--image-gc-high-threshold) 101 must be"
                        + " between 0 and 100, inclusive",
                "imageGCLowThresholdPercent: 85 | invalid configuration:"
                        + " imageGCLowThresholdPercent (--image-gc-low-threshold) 85 must be less"
                        + " than imageGCHighThresholdPercent (--image-gc-high-threshold) 85",
                "evictionHard: {disk: 1Gi} | unsupported eviction signal disk",
                "evictionHard: {memory.available: -1Gi} | eviction threshold memory.available must"
                        + " be positive: -1Gi",
                "evictionHard: {memory.available: 101%} | eviction percentage threshold"
                        + " memory.available must be <= 100%: 101%",
                "evictionSoft: {memory.available: 1Gi} | grace period must be specified for the"
                        + " soft eviction threshold memory.available",
                "containerLogMaxSize: big | containerLogMaxSize must be a quantity such as 10Mi,"
                        + " but is \"big\"",
            })
    void whatCannotBeIsRefusedInOneSentence(String yaml, String sentence) {
        var refused = assertThrows(IllegalArgumentException.class, () -> parse(yaml));

        assertEquals(sentence, refused.getMessage());
    }

    @Test
    void unknownFieldsAndOtherKindsAreRefused() {
        var unknown = assertThrows(IllegalArgumentException.class, () -> parse("maxpods: 1"));
        var other =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> NodeSettings.parse((JsonObject) Yaml.parse("kind: Pod")));

        assertEquals(
                "unknown field \"maxpods\" of KubeletConfiguration; known here are ",
                unknown.getMessage().replaceFirst("known here are .*", "known here are "));
        assertEquals(
                "this is no KubeletConfiguration of kubelet.config.k8s.io/v1beta1",
                other.getMessage());
    }
}
