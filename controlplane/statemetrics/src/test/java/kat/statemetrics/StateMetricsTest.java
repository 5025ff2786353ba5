package kat.statemetrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

/// `objects.jsonl` holds objects of a cluster, and `samples.txt` what kube-state-metrics 2.18
/// told of them, with labels in the order of the alphabet and numbers written out.
class StateMetricsTest {

    /// What is not told, and what is told otherwise: kube-state-metrics 2.18 puts the values of
    /// four labels of slices under each other's names.
    private static final Set<String> DIFFERENT =
            Set.of("kube_cronjob_next_schedule_time", "kube_endpointslice_endpoints");

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{(.*)} (\\S+)");
    private static final Pattern LABEL = Pattern.compile("\\w+=\"(?:[^\"\\\\]|\\\\.)*\"");

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-11-22T12:00:00Z"));
    private final Map<Kind, List<KubeObject>> objects = new HashMap<>();
    private int forgotten;
    private final StateMetrics metrics =
            new StateMetrics(
                    kind -> objects.getOrDefault(kind, List.of()), () -> forgotten++, ticker);

    @Test
    void tellsWhatKubeStateMetricsTells() throws IOException {
        for (String line : lines("objects.jsonl")) {
            KubeObject object = KubeObject.parse(line.getBytes(UTF_8));
            add(object);
        }

        SortedSet<String> expected = new TreeSet<>(lines("samples.txt"));
        expected.removeIf(StateMetricsTest::isDifferent);
        SortedSet<String> told = samples();
        told.removeIf(StateMetricsTest::isDifferent);

        assertTrue(expected.size() > 800, "only " + expected.size() + " samples were recorded");
        assertEquals("", without(expected, told), "missing");
        assertEquals("", without(told, expected), "not expected");
    }

    @Test
    void tellsOfTheEndsOfSlicesUnderTheirOwnNames() {
        add(
                KubeObject.parse(
                        """
                        {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
                         "metadata":{"name":"s","namespace":"n"},"addressType":"IPv4",
                         "endpoints":[{"addresses":["192.0.2.9"],"hostname":"h","zone":"z",
                           "conditions":{"ready":true,"serving":true,"terminating":false}}]}
                        """
                                .getBytes(UTF_8)));

        assertTrue(
                samples()
                        .contains(
                                "kube_endpointslice_endpoints{address=\"192.0.2.9\","
                                        + "endpoint_nodename=\"\",endpoint_zone=\"z\",endpointslice=\"s\","
                                        + "hostname=\"h\",namespace=\"n\",ready=\"true\","
                                        + "serving=\"true\",targetref_kind=\"\",targetref_name=\"\","
                                        + "targetref_namespace=\"\",terminating=\"false\"} 1"),
                text());
    }

    @Test
    void tellsOfAChangedObjectAnewAndOfOneThatIsGoneNoMore() {
        KubeObject deployment = deployment("web", 2);
        add(deployment);
        add(deployment("api", 1));
        String before = text();

        objects.put(Kinds.DEPLOYMENT, List.of(deployment("web", 5)));
        String after = text();

        String sample = "kube_deployment_spec_replicas{namespace=\"n\",deployment=\"web\"} ";
        assertTrue(before.contains(sample + "2\n"), before);
        assertTrue(after.contains(sample + "5\n"), after);
        assertFalse(after.contains("\"api\""), after);
    }

    @Test
    void escapesWhatMayNotStandInALabel() {
        add(deployment("a\"b\\c\nd\u00e9", 1));

        assertTrue(
                text().contains("{namespace=\"n\",deployment=\"a\\\"b\\\\c\\nd\u00e9\"} 1\n"),
                text());
    }

    @Test
    void keepsTextsWhileSomebodyAsks() {
        add(deployment("web", 2));
        String first = text();
        assertEquals(1, metrics.size());

        ticker.advance(StateMetrics.FORGOTTEN_AFTER.minusSeconds(1));
        assertEquals(first, text());
        ticker.advance(StateMetrics.FORGOTTEN_AFTER.minusSeconds(1));
        assertEquals(1, metrics.size());
        assertEquals(0, forgotten);

        ticker.advance(Duration.ofSeconds(2));
        assertEquals(0, metrics.size());
        assertEquals(1, forgotten);
        assertEquals(first, text());
    }

    @Test
    void keepsTextsWhenSomebodyAsksAsTheyAreAboutToBeForgotten() {
        add(deployment("web", 2));
        List<Runnable> due = new ArrayList<>();
        StateMetrics late =
                new StateMetrics(
                        kind -> objects.getOrDefault(kind, List.of()),
                        () -> forgotten++,
                        new LateTicker(due));
        List<byte[]> unused = late.text();
        unused = late.text();

        due.getFirst().run();
        assertEquals(1, late.size());
        assertEquals(0, forgotten);

        due.getLast().run();
        assertEquals(0, late.size());
        assertEquals(1, forgotten);
    }

    /// Runs nothing by itself; whoever cancels a task comes too late.
    private record LateTicker(List<Runnable> due) implements Ticker {

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            due.add(task);
            return () -> false;
        }

        @Override
        public void sleep(Duration delay) {
            throw new UnsupportedOperationException("nobody sleeps here");
        }
    }

    @Test
    void longTextsComeInPieces() {
        List<KubeObject> many = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            many.add(deployment("web-" + i, i));
        }
        objects.put(Kinds.DEPLOYMENT, many);

        List<byte[]> pieces = metrics.text();

        assertTrue(pieces.size() > 1, pieces.size() + " pieces");
        assertTrue(
                text().contains("replicas{namespace=\"n\",deployment=\"web-2999\"} 2999\n"),
                "the last is there");
    }

    @Test
    void namesEachMetricOnce() {
        List<String> names = StateMetrics.names();

        assertEquals(Set.copyOf(names).size(), names.size());
        assertTrue(names.contains("kube_pod_info"));
    }

    @Test
    void aWrongLineIsNamed() {
        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> FamilyTable.parse("kind v1 Pod pod=metadata.name\nkube_x guess a\n"));

        assertEquals("wrong line: kube_x guess a", thrown.getMessage());
    }

    private static String without(SortedSet<String> all, SortedSet<String> known) {
        SortedSet<String> rest = new TreeSet<>(all);
        rest.removeAll(known);
        return String.join("\n", rest);
    }

    private void add(KubeObject object) {
        Kind kind = Kinds.builtIn().require(object.apiVersion(), object.kind());
        objects.computeIfAbsent(kind, _ -> new ArrayList<>()).add(object);
    }

    private static KubeObject deployment(String name, int replicas) {
        JsonObject metadata = JsonObject.builder().put("namespace", "n").put("name", name).build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "apps/v1")
                        .put("kind", "Deployment")
                        .put("metadata", metadata)
                        .put("spec", JsonObject.builder().put("replicas", replicas).build())
                        .build());
    }

    private static boolean isDifferent(String sample) {
        return DIFFERENT.contains(sample.substring(0, sample.indexOf('{')));
    }

    private String text() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        metrics.text().forEach(all::writeBytes);
        return all.toString(UTF_8);
    }

    /// With labels in the order of the alphabet; those that are empty for all of a kind as they
    /// are.
    private SortedSet<String> samples() {
        SortedSet<String> samples = new TreeSet<>();
        for (String line : text().lines().toList()) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                List<String> labels =
                        LABEL.matcher(sample.group(2))
                                .results()
                                .map(m -> m.group())
                                .sorted()
                                .toList();
                samples.add(
                        sample.group(1) + "{" + String.join(",", labels) + "} " + sample.group(3));
            }
        }
        return samples;
    }

    private static List<String> lines(String file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(StateMetricsTest.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }
}
