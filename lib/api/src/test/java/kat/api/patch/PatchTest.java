package kat.api.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonPlaces;
import kat.api.json.JsonReader;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatchTest {

    private static final Schema POD_SPEC = Schemas.builtIn().require("io.k8s.api.core.v1.PodSpec");

    record Case(String name, String original, String patch, String result) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> mergePatches() {
        return Stream.of(
                new Case("sets", "{a:1}", "{b:2}", "{a:1,b:2}"),
                new Case("removes", "{a:1,b:2}", "{b:null}", "{a:1}"),
                new Case("nests", "{a:{b:1,c:2}}", "{a:{b:null,d:3}}", "{a:{c:2,d:3}}"),
                new Case("replaces lists", "{a:[1,2]}", "{a:[3]}", "{a:[3]}"),
                new Case("drops nulls of new objects", "{}", "{a:{b:null,c:1}}", "{a:{c:1}}"));
    }

    @ParameterizedTest
    @MethodSource("mergePatches")
    void mergesMembers(Case each) {
        assertEquals(
                tree(each.result()), MergePatch.apply(tree(each.original()), json(each.patch)));
    }

    @Test
    void refusesAMergePatchThatIsNoObject() {
        Status status = failure(() -> MergePatch.apply(JsonObject.EMPTY, json("5")));

        assertEquals(400, status.code());
        assertEquals("BadRequest", status.reason());
    }

    static Stream<Case> jsonPatches() {
        return Stream.of(
                new Case("adds", "{}", "[{op:'add',path:'/a',value:1}]", "{a:1}"),
                new Case("appends", "{a:[1]}", "[{op:'add',path:'/a/-',value:2}]", "{a:[1,2]}"),
                new Case("inserts", "{a:[1]}", "[{op:'add',path:'/a/0',value:2}]", "{a:[2,1]}"),
                new Case("removes", "{a:[1,2]}", "[{op:'remove',path:'/a/0'}]", "{a:[2]}"),
                new Case("removes last", "{a:[1,2]}", "[{op:'remove',path:'/a/-1'}]", "{a:[1]}"),
                new Case(
                        "replaces",
                        "{a:{b:1}}",
                        "[{op:'replace',path:'/a/b',value:2}]",
                        "{a:{b:2}}"),
                new Case("replaces absent", "{}", "[{op:'replace',path:'/a',value:2}]", "{a:2}"),
                new Case("moves", "{a:1}", "[{op:'move',from:'/a',path:'/b'}]", "{b:1}"),
                new Case("copies", "{a:1}", "[{op:'copy',from:'/a',path:'/b'}]", "{a:1,b:1}"),
                new Case("escapes", "{}", "[{op:'add',path:'/a~1b~0c',value:1}]", "{'a/b~c':1}"),
                new Case("tests absent", "{a:1}", "[{op:'test',path:'/b',value:null}]", "{a:1}"));
    }

    @ParameterizedTest
    @MethodSource("jsonPatches")
    void appliesOperations(Case each) {
        assertEquals(tree(each.result()), JsonPatch.apply(tree(each.original()), json(each.patch)));
    }

    static Stream<Case> failingJsonPatches() {
        return Stream.of(
                new Case("test", "{a:1}", "[{op:'test',path:'/a',value:2}]", ""),
                new Case("unknown", "{a:1}", "[{op:'nope',path:'/a'}]", ""),
                new Case("remove absent", "{}", "[{op:'remove',path:'/a'}]", ""),
                new Case("index out of range", "{a:[]}", "[{op:'add',path:'/a/9',value:1}]", ""),
                new Case("missing parent", "{}", "[{op:'add',path:'/a/b',value:1}]", ""),
                new Case("no path", "{}", "[{op:'add',value:1}]", ""));
    }

    @ParameterizedTest
    @MethodSource("failingJsonPatches")
    void refusesOperationsThatDoNotApply(Case each) {
        Status status = failure(() -> JsonPatch.apply(tree(each.original()), json(each.patch())));

        assertEquals(Status.requestError(), status);
        assertEquals(JsonObject.EMPTY, status.toJson().get("details"));
    }

    @Test
    void limitsTheNumberOfOperations() {
        String one = "{op:'test',path:'/a',value:null}";
        String all = "[" + one + ("," + one).repeat(JsonPatch.MAX_OPERATIONS) + "]";

        assertEquals(413, failure(() -> JsonPatch.apply(JsonObject.EMPTY, json(all))).code());
    }

    @Test
    void limitsWhatCopiesMake() {
        JsonObject text = (JsonObject) json("{a:'" + "x".repeat(1 << 20) + "'}");
        String copy = "{op:'copy',from:'/a',path:'/%s'}";
        String two = "[" + copy.formatted("b") + "," + copy.formatted("c");
        String doubling = "{op:'copy',from:'/l',path:'/l/-'}";

        JsonObject thrice = (JsonObject) JsonPatch.apply(text, json(two + "]"));
        assertEquals(text.get("a"), thrice.get("c"));
        assertEquals(
                422,
                failure(() -> JsonPatch.apply(text, json(two + "," + copy.formatted("d") + "]")))
                        .code());
        assertEquals(
                422,
                failure(
                                () ->
                                        JsonPatch.apply(
                                                (JsonObject) json("{l:['x']}"),
                                                json(
                                                        "["
                                                                + doubling
                                                                + ("," + doubling).repeat(60)
                                                                + "]")))
                        .code());
    }

    static Stream<Case> strategicPatches() {
        String two = "{containers:[{name:'a',image:'1'},{name:'b',image:'2'}]}";
        return Stream.of(
                new Case(
                        "merges by key",
                        two,
                        "{containers:[{name:'b',image:'3'}]}",
                        "{containers:[{name:'a',image:'1'},{name:'b',image:'3'}]}"),
                new Case(
                        "puts new items first",
                        two,
                        "{containers:[{name:'c',image:'3'}]}",
                        "{containers:[{name:'c',image:'3'},{name:'a',image:'1'},"
                                + "{name:'b',image:'2'}]}"),
                new Case(
                        "deletes an item",
                        two,
                        "{containers:[{name:'a',$patch:'delete'}]}",
                        "{containers:[{name:'b',image:'2'}]}"),
                new Case(
                        "replaces a list",
                        two,
                        "{containers:[{$patch:'replace'},{name:'c'}]}",
                        "{containers:[{name:'c'}]}"),
                new Case(
                        "orders a list",
                        two,
                        "{'$setElementOrder/containers':[{name:'b'},{name:'a'}],"
                                + "containers:[{name:'a',image:'9'}]}",
                        "{containers:[{name:'b',image:'2'},{name:'a',image:'9'}]}"),
                new Case(
                        "replaces lists without strategy",
                        "{tolerations:[{key:'a'}]}",
                        "{tolerations:[{key:'b'}]}",
                        "{tolerations:[{key:'b'}]}"),
                new Case(
                        "retains keys",
                        "{volumes:[{name:'e',emptyDir:{}}]}",
                        "{volumes:[{name:'e',$retainKeys:['name','hostPath'],"
                                + "hostPath:{path:'/x'}}]}",
                        "{volumes:[{name:'e',hostPath:{path:'/x'}}]}"),
                new Case(
                        "empties a map",
                        "{nodeSelector:{a:'b'}}",
                        "{nodeSelector:{$patch:'delete'}}",
                        "{nodeSelector:{}}"),
                new Case(
                        "replaces a map",
                        "{nodeSelector:{a:'b'}}",
                        "{nodeSelector:{$patch:'replace',c:'d'}}",
                        "{nodeSelector:{c:'d'}}"),
                new Case("ignores unmatched nulls", "{}", "{hostname:null}", "{}"),
                new Case(
                        "drops directives of new lists",
                        "{}",
                        "{containers:[{name:'a',$patch:'delete'},{name:'b'}]}",
                        "{containers:[{name:'b'}]}"));
    }

    @ParameterizedTest
    @MethodSource("strategicPatches")
    void mergesByTheSchema(Case each) {
        assertEquals(
                tree(each.result()),
                StrategicMergePatch.apply(tree(each.original()), json(each.patch()), POD_SPEC));
    }

    @Test
    void mergesListsOfScalarsAndDeletesFromThem() {
        Schema meta = Schemas.builtIn().require(Schemas.OBJECT_META);
        JsonObject original = tree("{finalizers:['a','b']}");

        assertEquals(
                tree("{finalizers:['c','a','b']}"),
                StrategicMergePatch.apply(original, json("{finalizers:['c']}"), meta));
        assertEquals(
                tree("{finalizers:['b']}"),
                StrategicMergePatch.apply(
                        original, json("{'$deleteFromPrimitiveList/finalizers':['a']}"), meta));
    }

    @Test
    void namesTheItemWithoutItsKey() {
        Status status =
                failure(
                        () ->
                                StrategicMergePatch.apply(
                                        tree("{containers:[{name:'a'}]}"),
                                        json("{containers:[{image:'x'}]}"),
                                        POD_SPEC));

        assertEquals(
                "map: map[image:x] does not contain declared merge key: name", status.message());
        assertEquals(500, status.code());
    }

    @Test
    void refusesAnUnknownDirective() {
        Status status =
                failure(
                        () ->
                                StrategicMergePatch.apply(
                                        tree("{containers:[{name:'one'}]}"),
                                        json("{containers:[{name:'one',$patch:'nope'}]}"),
                                        POD_SPEC));

        assertEquals(
                "unknown patch type: nope in map: map[$patch:nope name:one]", status.message());
    }

    private static Status failure(Runnable action) {
        return assertThrows(StatusException.class, action::run).status();
    }

    private static JsonObject tree(String text) {
        return (JsonObject) json(text);
    }

    /// Reads JSON whose names may go without quotes and whose texts stand in single ones.
    private static Json json(String text) {
        String quoted = text.replaceAll("([{,])\\s*([$A-Za-z]+):", "$1\"$2\":").replace('\'', '"');
        return Json.parse(quoted.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namesTheMembersOfOperationsThatNoOperationHas() {
        String patch = "[{\"op\":\"add\",\"path\":\"/a\",\"value\":{\"x\":1}},{\"b\":1}]";
        JsonPlaces unknown = JsonPatch.unknownMembers(read(patch));

        assertEquals(
                List.of(new JsonReader.Fault("[1].b", true)),
                JsonReader.faults(patch.getBytes(StandardCharsets.UTF_8), unknown, 10));
    }

    @Test
    void refusesAnOperationWhosePathIsNoText() {
        Json patch = read("[{\"op\":\"add\",\"path\":5}]");

        assertThrows(StatusException.class, () -> JsonPatch.unknownMembers(patch));
    }

    @Test
    void quotesAsGoDoes() {
        assertEquals("\"a\\n\\x01\\u0080\\\"\\\\\"", GoText.quoted("a\n\u0001\u0080\"\\"));
    }

    private static Json read(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
