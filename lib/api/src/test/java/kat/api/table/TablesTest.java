package kat.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.wire.WireFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesTest {

    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final Tables.Options PLAIN = new Tables.Options(Tables.Include.NONE, true);

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "119, 119s",
        "120, 2m",
        "125, 2m5s",
        "600, 10m",
        "10799, 179m",
        "10800, 3h",
        "11100, 3h5m",
        "28800, 8h",
        "172799, 47h",
        "172800, 2d",
        "176400, 2d1h",
        "691200, 8d",
        "63072000, 2y",
        "-5, <invalid>"
    })
    void writesAgesForPeople(long seconds, String text) {
        assertEquals(text, Durations.human(Duration.ofSeconds(seconds)));
    }

    @Test
    void tellsHowAPodIsDoing() {
        assertEquals(
                "[\"p\",\"0/1\",\"CrashLoopBackOff\",\"3 (60s ago)\",\"24h\",\"<none>\",\"n1\",\"<none>\",\"<none>\"]",
                cells(
                        Kinds.POD,
                        """
                {"metadata":{"name":"p","creationTimestamp":"2026-01-01T00:00:00Z"},
                 "spec":{"nodeName":"n1","containers":[{"name":"c"}]},
                 "status":{"phase":"Running","containerStatuses":[{"name":"c","restartCount":3,"ready":false,
                  "lastState":{"terminated":{"finishedAt":"2026-01-01T23:59:00Z"}},
                  "state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}"""));
        assertTrue(
                cells(
                                Kinds.POD,
                                """
                {"metadata":{"name":"p"},"spec":{"initContainers":[{"name":"i"},{"name":"j"}],"containers":[{"name":"c"}]},
                 "status":{"phase":"Pending","initContainerStatuses":[
                  {"name":"i","state":{"terminated":{"exitCode":0}}},{"name":"j","state":{"running":{}}}]}}""")
                        .startsWith("[\"p\",\"0/1\",\"Init:1/2\",\"0\",\"<unknown>\""));
    }

    @Test
    void everyColumnHasItsCell() {
        for (Kind kind : Kinds.builtIn().all()) {
            JsonObject object =
                    json(
                            "{\"metadata\":{\"name\":\"x\",\"creationTimestamp\":\"2026-01-01T00:00:00Z\"}}");

            JsonObject table =
                    Tables.table(kind, List.of(), List.of(object), JsonObject.EMPTY, PLAIN, NOW);

            JsonArray row = table.array("rows").objects().getFirst().array("cells");
            // Kubernetes names no column for the age of an address, and shows it all the same
            int unnamed = kind.kind().equals("IPAddress") ? 1 : 0;
            int named = table.array("columnDefinitions").size();
            assertEquals(named + unnamed, row.size(), kind.toString());
        }
    }

    @Test
    void tellsOfEndpointsThatAreNotReadyNothing() {
        assertEquals(
                "[\"e\",\"\",\"24h\"]",
                cells(
                        Kinds.builtIn().require("v1", "Endpoints"),
                        """
                {"metadata":{"name":"e","creationTimestamp":"2026-01-01T00:00:00Z"},
                 "subsets":[{"notReadyAddresses":[{"ip":"10.0.0.1"}],"ports":[{"port":80}]}]}"""));
    }

    @Test
    void tellsAParameterWithoutANamespaceInAnyOfThem() {
        assertEquals(
                "[\"b\",\"p\",\"*/n\",\"24h\"]",
                cells(
                        Kinds.builtIn()
                                .require(
                                        "admissionregistration.k8s.io/v1",
                                        "ValidatingAdmissionPolicyBinding"),
                        """
                {"metadata":{"name":"b","creationTimestamp":"2026-01-01T00:00:00Z"},
                 "spec":{"policyName":"p","paramRef":{"name":"n"}}}"""));
    }

    @Test
    void tellsASelectorOfParametersAsGoDoes() {
        assertEquals(
                "[\"b\",\"p\",\"&LabelSelector{MatchLabels:map[string]string{a: b,},"
                        + "MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{"
                        + "Key:k,Operator:In,Values:[x y],},},}\",\"24h\"]",
                cells(
                        Kinds.builtIn()
                                .require(
                                        "admissionregistration.k8s.io/v1",
                                        "MutatingAdmissionPolicyBinding"),
                        """
                {"metadata":{"name":"b","creationTimestamp":"2026-01-01T00:00:00Z"},
                 "spec":{"policyName":"p","paramRef":{"selector":{"matchLabels":{"a":"b"},
                 "matchExpressions":[{"key":"k","operator":"In","values":["x","y"]}]}}}}"""));
    }

    @Test
    void countsRulesWithoutAHostAmongThoseLeftOut() {
        assertEquals(
                "[\"i\",\"<none>\",\"a,b,c + 2 more...\",\"\",\"80\",\"24h\"]",
                cells(
                        Kinds.builtIn().require("networking.k8s.io/v1", "Ingress"),
                        """
                {"metadata":{"name":"i","creationTimestamp":"2026-01-01T00:00:00Z"},
                 "spec":{"rules":[{"host":"a"},{},{"host":"b"},{"host":"c"},{"host":"d"}]}}"""));
    }

    @Test
    void leavesAnnotationsOfTheServedVersionOutOfMetadata() {
        Kind kind = Kinds.builtIn().require("apps/v1", "DaemonSet");
        String old = "deprecated.daemonset.template.generation";

        JsonObject only = Tables.partial(kind, json(annotated(old)));
        JsonObject other = Tables.partial(kind, json(annotated(old, "x")));

        assertEquals("{\"name\":\"d\"}", only.object("metadata").toString());
        assertEquals("{\"x\":\"1\"}", other.object("metadata").object("annotations").toString());
    }

    private static String annotated(String... names) {
        String all = String.join("\":\"1\",\"", names);
        return "{\"metadata\":{\"annotations\":{\"" + all + "\":\"1\"},\"name\":\"d\"}}";
    }

    @Test
    void followsPathsOfCustomColumns() {
        JsonObject object =
                json(
                        "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"size\":2},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        List<Column> columns =
                List.of(
                        new Column("Size", "integer", "", "", 0, ".spec.size"),
                        new Column(
                                "Ready",
                                "string",
                                "",
                                "",
                                0,
                                ".status.conditions[?(@.type==\"Ready\")].status"),
                        new Column("None", "string", "", "", 0, ".spec.nope"));
        Kind widget =
                new Kind(
                        "example.org",
                        "v1",
                        "Widget",
                        "widgets",
                        "widget",
                        true,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        "");

        JsonObject table =
                Tables.table(widget, columns, List.of(object), JsonObject.EMPTY, PLAIN, NOW);

        assertEquals(
                "[\"w\",2,\"True\",null]",
                table.array("rows").objects().getFirst().array("cells").toString());
    }

    @Test
    void givesTheNameOfAScaleNoFormat() {
        Kind scale =
                new Kind(
                        "autoscaling",
                        "v1",
                        "Scale",
                        "scales",
                        "scale",
                        true,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        "");

        assertEquals("", Tables.columns(scale).getFirst().format());
        assertEquals("name", Tables.columns(Kinds.POD).getFirst().format());
    }

    @Test
    void tellsWhatColumnsAreFor() {
        boolean isBuilt = Tables.class.getResource("/kat/api/openapi/descriptions.txt") != null;
        List<JsonObject> columns =
                Tables.table(
                                Kinds.POD,
                                List.of(),
                                List.of(),
                                JsonObject.EMPTY,
                                new Tables.Options(Tables.Include.NONE, true),
                                Instant.EPOCH)
                        .array("columnDefinitions")
                        .objects();

        assertEquals(
                "The aggregate readiness state of this pod for accepting traffic.",
                columns.get(1).string("description"));
        assertEquals(
                isBuilt,
                columns.get(4).string("description").contains("UTC.\n\nPopulated by the system."));
    }

    @Test
    void equalsTheRecordedTables() {
        Path folder = WireFiles.folder();
        assumeTrue(folder != null, "KAT_WIRE names no folder of recorded answers");
        List<String> different = new ArrayList<>();
        JsonObject created = JsonObject.EMPTY;
        int compared = 0;
        for (WireFiles.Step step : WireFiles.steps(folder, "tables.json", "defaults.json")) {
            JsonObject body = step.answer().object("body");
            boolean picked = body.has("/columnDefinitions");
            Kind kind = kind(step.path());
            if (kind != null && (picked || body.string("kind").equals("Table"))) {
                compared++;
                List<JsonObject> objects = picked ? List.of() : List.of(created);
                JsonObject got =
                        Tables.table(
                                kind,
                                List.of(),
                                objects,
                                JsonObject.EMPTY,
                                new Tables.Options(Tables.Include.METADATA, true),
                                NOW);
                compare(
                        step,
                        body.array(picked ? "/columnDefinitions" : "columnDefinitions"),
                        withoutProse(got.array("columnDefinitions")),
                        different);
                if (picked) {
                    compare(step, body.get("/rows"), got.get("rows"), different);
                } else {
                    compare(
                            step,
                            ages(body.array("rows").objects().getFirst().get("cells")),
                            ages(got.array("rows").objects().getFirst().get("cells")),
                            different);
                }
            } else if (step.method().equals("POST")) {
                created = body;
            }
        }
        assertTrue(compared > 40, "compared " + compared);
        assertEquals(List.of(), different);
    }

    private static void compare(WireFiles.Step step, Json want, Json got, List<String> different) {
        if (!want.equals(got)) {
            different.add(step + "\n want " + want + "\n got  " + got);
        }
    }

    private static Json ages(Json cells) {
        return ((JsonArray) cells)
                .map(
                        cell ->
                                cell instanceof JsonString(String text)
                                                && text.matches(
                                                        "(\\d+[smhd])+|<age>|<unknown>|<invalid>")
                                        ? Json.of("<age>")
                                        : cell);
    }

    private static JsonArray withoutProse(JsonArray columns) {
        return columns.map(column -> ((JsonObject) column).without("description"));
    }

    private static Kind kind(String path) {
        String[] parts = path.replaceAll("\\?.*", "").split("/", -1);
        boolean core = parts[1].equals("api");
        int at = core ? 3 : 4;
        boolean inNamespace = parts.length > at + 2 && parts[at].equals("namespaces");
        return Kinds.builtIn()
                .byResource(
                        core ? "" : parts[2],
                        parts[core ? 2 : 3],
                        parts[inNamespace ? at + 2 : at]);
    }

    private static String cells(Kind kind, String object) {
        return Tables.table(kind, List.of(), List.of(json(object)), JsonObject.EMPTY, PLAIN, NOW)
                .array("rows")
                .objects()
                .getFirst()
                .array("cells")
                .toString();
    }

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
