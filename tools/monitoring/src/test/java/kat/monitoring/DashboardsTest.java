package kat.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.monitoring.promql.PromQl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The dashboards and rules of the chart ask for metrics that there are. `metrics.txt` names
/// those, as they were seen in a cluster; those of objects are read from the file that makes
/// them.
class DashboardsTest {

    private static final Path CHART = Path.of("../addons/charts/monitoring");
    private static final Pattern METRIC_OF_OBJECTS = Pattern.compile("(?m)^(kube_\\w+) ");
    private static final Pattern SELECTOR =
            Pattern.compile("(?:label_values|query_result)\\((.*?)(?:, *\\w+)?\\)$");

    private static Set<String> known() throws IOException {
        Set<String> known = new HashSet<>();
        Path families =
                CHART.resolve(
                        "../../../../controlplane/statemetrics/src/main/resources/kat/statemetrics"
                                + "/families.txt");
        Matcher metric = METRIC_OF_OBJECTS.matcher(Files.readString(families));
        while (metric.find()) {
            known.add(metric.group(1));
        }
        try (InputStream in =
                Objects.requireNonNull(DashboardsTest.class.getResourceAsStream("metrics.txt"))) {
            new String(in.readAllBytes(), UTF_8).lines().forEach(known::add);
        }
        for (JsonObject rule : rules()) {
            known.add(rule.string("record"));
        }
        return known;
    }

    private static List<JsonObject> rules() throws IOException {
        List<JsonObject> rules = new ArrayList<>();
        for (Path file : files("rules")) {
            JsonObject tree =
                    (JsonObject) Objects.requireNonNull(Yaml.parse(Files.readString(file)));
            for (JsonObject group : tree.array("groups").objects()) {
                rules.addAll(group.array("rules").objects());
            }
        }
        return rules;
    }

    static List<Path> dashboards() throws IOException {
        return files("dashboards");
    }

    static List<Path> ruleFiles() throws IOException {
        return files("rules");
    }

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> all = Files.list(CHART.resolve(folder))) {
            return all.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyQueryOfADashboardIsOneAndAsksForMetricsThatThereAre(Path file) throws IOException {
        List<String> queries = queries(file);

        assertTrue(queries.size() > 5, file + " has " + queries.size() + " queries");
        assertEquals(Set.of(), missing(queries));
    }

    /// What a dashboard asks for, variables filled in.
    private static List<String> queries(Path file) throws IOException {
        JsonObject board = (JsonObject) Json.parse(Files.readAllBytes(file));
        List<String> queries = new ArrayList<>();
        for (JsonObject panel : board.array("panels").objects()) {
            for (JsonObject target : panel.array("targets").objects()) {
                queries.add(target.string("expr"));
            }
        }
        for (JsonObject variable : board.object("templating").array("list").objects()) {
            Matcher selector = SELECTOR.matcher(variable.object("query").string("query"));
            assertTrue(selector.matches(), variable::toString);
            queries.add(selector.group(1));
        }
        return queries.stream()
                .map(query -> query.replace("$__rate_interval", "5m").replace("$", ""))
                .toList();
    }

    @Test
    void thereIsADashboardForEachThingThatIsWatched() throws IOException {
        List<String> names =
                dashboards().stream().map(file -> file.getFileName().toString()).toList();

        assertEquals(
                List.of(
                        "apiserver.json",
                        "cluster.json",
                        "ingress.json",
                        "namespace.json",
                        "node.json",
                        "pod.json",
                        "todo.json",
                        "workload.json"),
                names);
    }

    @ParameterizedTest
    @MethodSource("ruleFiles")
    void promtoolTakesTheRules(Path file) throws Exception {
        PromtoolTest.check("promtool", "check", "rules", file.toString());
    }

    /// As rules, since `promtool` reads expressions alone only to ask a server about them.
    @ParameterizedTest
    @MethodSource("dashboards")
    void promtoolTakesTheQueriesOfADashboard(Path file, @TempDir Path folder) throws Exception {
        List<Json> rules = new ArrayList<>();
        for (String query : queries(file)) {
            rules.add(
                    JsonObject.builder()
                            .put("record", "query:" + rules.size())
                            .put("expr", query)
                            .build());
        }
        JsonObject group =
                JsonObject.builder()
                        .put("name", "queries")
                        .put("rules", new JsonArray(rules))
                        .build();
        Path written = folder.resolve("queries.yaml");
        Files.writeString(written, Yaml.write(JsonObject.of("groups", JsonArray.of(group))));

        PromtoolTest.check("promtool", "check", "rules", written.toString());
    }

    private static Set<String> missing(List<String> queries) throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String query : queries) {
            missing.addAll(PromQl.parse(query).metrics());
        }
        missing.removeAll(known());
        return missing;
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panelsDoNotLieOnEachOther(Path file) throws IOException {
        JsonObject board = (JsonObject) Json.parse(Files.readAllBytes(file));
        Set<String> taken = new HashSet<>();
        for (JsonObject panel : board.array("panels").objects()) {
            JsonObject place = panel.object("gridPos");
            long right = place.integer("x", 0) + place.integer("w", 0);
            assertTrue(right <= 24, panel.string("title"));
            for (long x = place.integer("x", 0); x < right; x++) {
                long bottom = place.integer("y", 0) + place.integer("h", 0);
                for (long y = place.integer("y", 0); y < bottom; y++) {
                    assertTrue(taken.add(x + "," + y), panel.string("title"));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ruleFiles")
    void everyRuleIsOneAndAsksForMetricsThatThereAre(Path file) throws IOException {
        JsonObject spec = (JsonObject) Objects.requireNonNull(Yaml.parse(Files.readString(file)));
        KubeObject rule = new KubeObject(JsonObject.of("spec", spec));

        assertEquals(List.of(), RuleFiles.of(rule).unsupported());
        List<String> queries = rules().stream().map(each -> each.string("expr")).toList();
        assertEquals(Set.of(), missing(queries));
    }
}
