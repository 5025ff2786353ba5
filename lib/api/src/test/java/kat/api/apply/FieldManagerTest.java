package kat.api.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import org.junit.jupiter.api.Test;

class FieldManagerTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LATER = Instant.parse("2026-01-01T12:00:05Z");

    private final FieldManager maps = manager(Kinds.CONFIG_MAP, "");
    private final FieldManager deployments = manager(Kinds.DEPLOYMENT, "");
    private final FieldManager statuses = manager(Kinds.DEPLOYMENT, "status");

    @Test
    void entersTheCreatorWithoutTheFieldsThatNobodyOwns() {
        KubeObject created = maps.created(map("a", "1"), "curl", NOON);

        assertEquals(List.of("curl Update f:data 2026-01-01T12:00:00Z"), entries(created));
    }

    @Test
    void leavesEntriesAloneWhenNothingChanges() {
        KubeObject live = stored(maps.created(map("a", "1"), "curl", NOON));
        KubeObject same = maps.updated(live, live, "other", LATER);

        assertEquals(live, same);
        assertSame(live.metadata().get("managedFields"), same.metadata().get("managedFields"));
    }

    @Test
    void passesChangedFieldsToTheirWriter() {
        KubeObject live = stored(maps.created(map("a", "1"), "first", NOON));
        KubeObject changed = live.withTree(tree -> tree.withAt(Json.of("2"), "data", "a"));
        KubeObject updated = maps.updated(live, changed, "second", LATER);

        JsonObject second = entry(updated, "second");
        assertEquals(json("{'f:data':{'f:a':{}}}"), second.object("fieldsV1"));
        assertEquals(json("{'f:data':{}}"), entry(updated, "first").object("fieldsV1"));
    }

    @Test
    void entersStatusWritersApartAndWithoutTheSpec() {
        KubeObject live = stored(deployments.created(deployment(1), "user", NOON));
        KubeObject changed =
                live.withTree(
                        tree ->
                                tree.withAt(Json.of(9), "spec", "replicas")
                                        .withAt(Json.of(1), "status", "replicas"));
        KubeObject updated = statuses.updated(live, changed, "controller", LATER);

        JsonObject entry = entry(updated, "controller");
        assertEquals("status", entry.string("subresource"));
        assertEquals(json("{'f:status':{'f:replicas':{}}}"), entry.object("fieldsV1"));
    }

    @Test
    void takesReplicasOutOfTheEntriesOfUpdatesWhenScaled() {
        FieldManager scales = manager(Kinds.DEPLOYMENT, "scale");
        KubeObject live = stored(deployments.created(deployment(1), "user", NOON));

        KubeObject same = scales.updated(live, live, "scaler", LATER);

        List<JsonObject> entries = same.metadata().array("managedFields").objects();
        assertEquals(json("{'f:spec':{'f:replicas':{}}}"), entries.getFirst().object("fieldsV1"));
        assertEquals("", entries.getFirst().string("time"));
        assertEquals("user", entries.getFirst().string("manager"));
        assertFalse(entries.getLast().at("fieldsV1", "f:spec").has("f:replicas"));
    }

    @Test
    void forgetsAllOwnersOnceAnItemHasNoName() {
        FieldManager accounts = manager(Kinds.SERVICE_ACCOUNT, "");
        KubeObject account = new KubeObject(json("{'metadata':{'name':'a'},'secrets':[{}]}"));

        KubeObject created = accounts.created(account, "curl", NOON);

        assertFalse(created.metadata().has("managedFields"));
    }

    @Test
    void ownsItemsOfOneNameAsAWhole() {
        JsonObject one = json("{'.':{},'f:name':{},'f:value':{}}");

        assertEquals(JsonObject.EMPTY, changedPath("'1','2'", "'1','3'").get(PATH));
        assertEquals(JsonObject.EMPTY, changedPath("'1'", "'1','3'").get(PATH));
        assertEquals(JsonObject.EMPTY, changedPath("", "'1','3'").get(PATH));
        assertEquals(one, changedPath("'1','2'", "'1'").get(PATH));
        assertFalse(changedPath("'1','2'", "'1','2'").has(PATH));
        assertFalse(changedPath("'1','2'", "").has(PATH));
    }

    private static final String PATH = "k:{\"name\":\"PATH\"}";

    /// What a writer comes to own of the variables of a container who changes those of one name,
    /// and another.
    private JsonObject changedPath(String before, String after) {
        KubeObject live = stored(deployments.created(withVariables(before, "x"), "user", NOON));
        KubeObject changed = live.withSpec(_ -> withVariables(after, "y").spec());

        JsonObject fields =
                entry(deployments.updated(live, changed, "writer", LATER), "writer")
                        .object("fieldsV1");

        return fields.at("f:spec", "f:template", "f:spec", "f:containers")
                .object("k:{\"name\":\"c\"}")
                .object("f:env");
    }

    private static KubeObject withVariables(String values, String other) {
        StringBuilder variables = new StringBuilder("{'name':'OTHER','value':'" + other + "'}");
        for (String value : values.isEmpty() ? new String[0] : values.split(",")) {
            variables.append(",{'name':'PATH','value':").append(value).append('}');
        }
        return new KubeObject(
                json(
                        "{'metadata':{'name':'a'},'spec':{'template':{'spec':{'containers':"
                                + "[{'name':'c','env':["
                                + variables
                                + "]}]}}}}"));
    }

    @Test
    void countsANullForWhatIsAbsentAsAChange() {
        KubeObject live = stored(deployments.created(deployment(1), "user", NOON));
        JsonObject wish =
                json(
                        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'},"
                                + "'spec':{'minReadySeconds':null}}");

        Applied applied = deployments.apply(live, new KubeObject(wish), "gitops", false, LATER);

        KubeObject merged = assertInstanceOf(Applied.Merged.class, applied).object();
        assertFalse(merged.spec().has("minReadySeconds"));
        assertEquals("2026-01-01T12:00:05Z", entry(merged, "gitops").string("time"));
    }

    @Test
    void letsTheLastOfTwoEntriesOfAManagerCount() {
        KubeObject live = stored(maps.created(map("a", "1"), "curl", NOON));
        JsonObject entry = entry(live, "curl");
        JsonObject other = entry.with("fieldsV1", json("{'f:data':{'f:b':{}}}"));
        KubeObject twice =
                live.withMetadata(meta -> meta.with("managedFields", JsonArray.of(other, entry)));
        KubeObject changed = twice.withTree(tree -> tree.withAt(Json.of("2"), "data", "c"));

        KubeObject updated = maps.updated(twice, changed, "wget", LATER);

        assertEquals(
                json("{'f:data':{'.':{},'f:a':{}}}"), entry(updated, "curl").object("fieldsV1"));
    }

    @Test
    void joinsTheOldestUpdatesBeyondTen() {
        KubeObject live = stored(maps.created(map("k0", "0"), "m0", NOON));
        for (int i = 1; i <= 11; i++) {
            int at = i;
            KubeObject changed = live.withTree(tree -> tree.withAt(Json.of("v"), "data", "k" + at));
            live = maps.updated(live, changed, "m" + i, NOON.plusSeconds(i));
        }

        assertEquals(10, live.metadata().array("managedFields").size());
        assertEquals(
                json("{'f:data':{'.':{},'f:k0':{},'f:k1':{},'f:k2':{}}}"),
                entry(live, "ancient-changes").object("fieldsV1"));
    }

    @Test
    void tellsAChangeOfTimesFromOthers() {
        KubeObject one = maps.created(map("a", "1"), "curl", NOON);
        KubeObject later = maps.created(map("a", "1"), "curl", LATER);
        KubeObject other = maps.created(map("a", "1"), "wget", NOON);

        assertTrue(FieldManager.isSameButTimes(one.tree(), later.tree()));
        assertFalse(FieldManager.isSameButTimes(one.tree(), other.tree()));
    }

    @Test
    void clearsEntriesOnRequest() {
        KubeObject live = stored(maps.created(map("a", "1"), "curl", NOON));
        for (JsonArray cleared : List.of(JsonArray.EMPTY, JsonArray.of(JsonObject.EMPTY))) {
            KubeObject wish = live.withMetadata(meta -> meta.with("managedFields", cleared));

            assertFalse(maps.updated(live, wish, "curl", LATER).metadata().has("managedFields"));
        }
    }

    @Test
    void refusesToTakeFieldsOfOthersUnlessForced() {
        KubeObject live = stored(deployments.created(deployment(1), "kubectl-edit", NOON));
        KubeObject wish = new KubeObject(applied(3));

        Applied refused = deployments.apply(live, wish, "gitops", false, LATER);
        Applied forced = deployments.apply(live, wish, "gitops", true, LATER);

        Status status = assertInstanceOf(Applied.Conflicting.class, refused).status();
        assertEquals(409, status.code());
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using apps/v1:"
                        + " .spec.replicas",
                status.message());
        KubeObject merged = assertInstanceOf(Applied.Merged.class, forced).object();
        assertEquals(3, merged.spec().integer("replicas", 0));
        assertEquals(
                json("{'f:spec':{'f:replicas':{}}}"), entry(merged, "gitops").object("fieldsV1"));
        assertFalse(entry(merged, "kubectl-edit").at("fieldsV1", "f:spec").has("f:replicas"));
    }

    @Test
    void listsSeveralConflictsByManager() {
        KubeObject live = stored(maps.created(map("a", "1", "b", "1"), "one", NOON));
        KubeObject wish = map("a", "2", "b", "2");

        Applied refused = maps.apply(live, wish, "two", false, LATER);

        assertEquals(
                "Apply failed with 2 conflicts: conflicts with \"one\" using v1:\n- .data.a\n"
                        + "- .data.b",
                assertInstanceOf(Applied.Conflicting.class, refused).status().message());
    }

    @Test
    void saysThatARepeatedApplyChangesNothing() {
        KubeObject first = merged(maps.apply(null, map("a", "1"), "me", false, NOON));
        Applied again = maps.apply(stored(first), map("a", "1"), "me", false, LATER);

        assertFalse(assertInstanceOf(Applied.Merged.class, again).changed());
        assertEquals(stored(first), merged(again));
    }

    @Test
    void removesWhatItsManagerNoLongerNamesAndNobodyElseOwns() {
        KubeObject live =
                stored(merged(maps.apply(null, map("a", "1", "b", "1"), "x", false, NOON)));
        live = merged(maps.apply(live, map("b", "1"), "y", false, NOON));
        KubeObject after = merged(maps.apply(live, map(), "x", false, LATER));

        assertEquals(json("{'b':'1'}"), after.tree().object("data"));
    }

    @Test
    void keepsWhatItsManagerNoLongerNamesAndAnUpdateOwns() {
        KubeObject live = stored(merged(maps.apply(null, map("a", "1"), "x", false, NOON)));
        KubeObject changed = live.withTree(tree -> tree.withAt(Json.of("2"), "data", "b"));
        live = maps.updated(live, changed, "curl", NOON);
        KubeObject after = merged(maps.apply(live, map(), "x", false, LATER));

        assertEquals(json("{'b':'2'}"), after.tree().object("data"));
    }

    @Test
    void takesOverWhatKubectlAppliedOnTheClientsSide() {
        String last = map("a", "1").tree().toString();
        KubeObject sent =
                map("a", "1")
                        .withTree(
                                tree ->
                                        tree.withAt(
                                                Json.of(last),
                                                "metadata",
                                                "annotations",
                                                LastApplied.ANNOTATION));
        KubeObject live = stored(maps.created(sent, "kubectl-client-side-apply", NOON));
        KubeObject wish = map("a", "2");

        KubeObject after = merged(maps.apply(live, wish, "kubectl", false, LATER));

        assertEquals("2", after.tree().object("data").string("a"));
        assertEquals(wish.tree() + "\n", after.annotation(LastApplied.ANNOTATION));
        assertInstanceOf(Applied.Conflicting.class, maps.apply(live, wish, "other", false, LATER));
    }

    @Test
    void refusesWhatTheSchemaDoesNotKnow() {
        JsonObject wish = applied(1).withAt(Json.of("x"), "spec", "replicas");

        Applied refused = deployments.apply(null, new KubeObject(wish), "me", false, NOON);

        assertEquals(
                "failed to create typed patch object (/d; apps/v1, Kind=Deployment):"
                        + " .spec.replicas: expected numeric (int or float), got string",
                assertInstanceOf(Applied.Refused.class, refused).status().message());
    }

    @Test
    void namesWritersByTheirProgram() {
        assertEquals("kubectl", ManagerNames.of("", "kubectl/v1.36.0 (linux/amd64)"));
        assertEquals("given", ManagerNames.of("given", "kubectl/v1"));
        assertEquals(ManagerNames.MAX_LENGTH, ManagerNames.of("", "x".repeat(500)).length());
        assertTrue(ManagerNames.of("", "").equals("unknown"));
    }

    private static FieldManager manager(Kind kind, String subresource) {
        return new FieldManager(kind, Schemas.builtIn().of(kind), subresource);
    }

    private static KubeObject merged(Applied result) {
        return assertInstanceOf(Applied.Merged.class, result).object();
    }

    private static KubeObject stored(KubeObject object) {
        return object.withMetadata(meta -> meta.with("uid", "u-1").with("resourceVersion", "7"));
    }

    private static KubeObject map(String... data) {
        JsonObject tree = json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'}}");
        for (int i = 0; i < data.length; i += 2) {
            tree = tree.withAt(Json.of(data[i + 1]), "data", data[i]);
        }
        return new KubeObject(tree);
    }

    private static KubeObject deployment(int replicas) {
        return new KubeObject(
                applied(replicas)
                        .withAt(json("{'matchLabels':{'a':'b'}}"), "spec", "selector")
                        .withAt(json("{'metadata':{},'spec':{}}"), "spec", "template")
                        .with("status", JsonObject.EMPTY));
    }

    private static JsonObject applied(int replicas) {
        return json("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'}}")
                .withAt(Json.of(replicas), "spec", "replicas");
    }

    private static List<String> entries(KubeObject object) {
        return object.metadata().array("managedFields").objects().stream()
                .map(
                        entry ->
                                entry.string("manager")
                                        + " "
                                        + entry.string("operation")
                                        + " "
                                        + String.join(",", entry.object("fieldsV1").names())
                                        + " "
                                        + entry.string("time"))
                .toList();
    }

    private static JsonObject entry(KubeObject object, String manager) {
        return object.metadata().array("managedFields").objects().stream()
                .filter(entry -> entry.string("manager").equals(manager))
                .findFirst()
                .orElse(JsonObject.EMPTY);
    }

    private static JsonObject json(String text) {
        byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return (JsonObject) Json.parse(bytes);
    }
}
