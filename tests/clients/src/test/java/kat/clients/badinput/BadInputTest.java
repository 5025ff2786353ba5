package kat.clients.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kat.clients.BareServer;
import kat.clients.badinput.RawClient.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The corpus: each case with the code that Kubernetes 1.36.3 gave it, but where the case says why
/// ours differs; what is long has the code that Kubernetes' rules give it.
class BadInputTest {

    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String TARGET = MAPS + "/target";
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All";
    private static final int BAD = 400;

    private static BareServer server;
    private static RawClient client;

    @BeforeAll
    static void start() throws Exception {
        server = new BareServer();
        client = new RawClient(server);
        String body = "{\"metadata\":{\"name\":\"target\"},\"data\":{\"a\":\"b\"}}";
        assertEquals(201, client.ask("POST", MAPS, JSON, body.getBytes(UTF_8)).code());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /// One request.
    record Case(String name, String method, String path, String type, String body, int code) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case post(String name, String body, int code) {
        return new Case("json: " + name, "POST", MAPS, JSON, body, code);
    }

    private static Case yaml(String name, String body, int code) {
        return new Case("yaml: " + name, "POST", MAPS, YAML, body, code);
    }

    private static Case get(String name, String path, int code) {
        return new Case("path: " + name, "GET", path, "", "", code);
    }

    private static Case query(String name, String query, int code) {
        return new Case("query: " + name, "GET", MAPS + "?" + query, "", "", code);
    }

    private static Case patch(String name, String type, String body, int code) {
        String path = TARGET + (type.contains("apply") ? "?fieldManager=f" : "");
        return new Case("patch: " + name, "PATCH", path, "application/" + type, body, code);
    }

    private static Case delete(String name, String body, int code) {
        return new Case("delete: " + name, "DELETE", TARGET, JSON, body, code);
    }

    private static Case rule(String name, String expression, int code) {
        String definition =
                """
                {"metadata":{"name":"bads.bad.example.com"},"spec":{"group":"bad.example.com",
                "scope":"Namespaced","names":{"plural":"bads","singular":"bad","kind":"Bad",
                "listKind":"BadList"},"versions":[{"name":"v1","served":true,"storage":true,
                "schema":{"openAPIV3Schema":{"type":"object","properties":{"n":{"type":"integer"}},
                "x-kubernetes-validations":[{"rule":"%s"}]}}}]}}
                """;
        return new Case(
                "cel: " + name, "POST", DEFINITIONS, JSON, definition.formatted(expression), code);
    }

    static Stream<Case> json() {
        return Stream.of(
                post("nothing", "", BAD),
                post("a list", "[]", BAD),
                post("cut off", "{\"metadata\"", BAD),
                post("two values", "{\"metadata\":{\"name\":\"x\"}} x", BAD),
                post("a list without end", "[".repeat(20_000), BAD),
                post("an object without end", "{\"a\":".repeat(20_000), BAD),
                post(
                        "deep and balanced: Kubernetes takes ten thousand levels, we a thousand",
                        "{\"x\":" + "[".repeat(9_000) + "]".repeat(9_000) + "}",
                        BAD),
                post(
                        "as deep as may be",
                        "{\"metadata\":{\"name\":\"deep\"},\"x\":"
                                + "[".repeat(990)
                                + "]".repeat(990)
                                + "}",
                        201),
                post("a number too large", "{\"metadata\":{\"generation\":1e400}}", BAD),
                post("NaN", "{\"metadata\":{\"generation\":NaN}}", BAD),
                post("a NUL in a name", "{\"metadata\":{\"name\":\"a\\u0000b\"}}", 422),
                post("a raw control character", "{\"metadata\":{\"name\":\"a\u0001b\"}}", BAD),
                post("a kind that is a number", "{\"kind\":5}", BAD),
                post("an apiVersion that is an object", "{\"apiVersion\":{}}", BAD),
                post("another kind", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}", BAD),
                post("too much", "{\"data\":{\"a\":\"" + "x".repeat(4_000_000) + "\"}}", 413));
    }

    private static Case dry(String name, String path, String body, int code) {
        return new Case("long: " + name, "POST", path + "?dryRun=All", JSON, body, code);
    }

    /// An object with a list of thirty thousand.
    ///
    /// @param form of one, with its number in the place of `#`
    private static String many(String before, String form, String after) {
        return IntStream.range(0, 30_000)
                .mapToObj(i -> form.replace("#", Integer.toString(i)))
                .collect(Collectors.joining(",", before, after));
    }

    /// Bodies below 3 MiB that hold much; none is kept.
    static Stream<Case> large() {
        String map = "{\"metadata\":{\"name\":\"l\"},\"data\":{\"a\":\"%s\"}}";
        String meta = "{\"metadata\":{\"name\":\"l\",\"";
        String owner = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p#\",\"uid\":\"u#\"}";
        String pod =
                "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",";
        String services = "/api/v1/namespaces/default/services";
        String pods = "/api/v1/namespaces/default/pods";
        return Stream.of(
                dry("a value of a mebibyte", MAPS, map.formatted("x".repeat(1 << 20)), 201),
                dry("more than a mebibyte", MAPS, map.formatted("x".repeat((1 << 20) + 1)), 422),
                dry("nearly three", MAPS, map.formatted("x".repeat(3_000_000)), 422),
                dry("labels", MAPS, many(meta + "labels\":{", "\"l#\":\"v\"", "}}}"), 201),
                dry(
                        "annotations",
                        MAPS,
                        many(meta + "annotations\":{", "\"a#\":\"v#\"", "}}}"),
                        422),
                dry("finalizers", MAPS, many(meta + "finalizers\":[", "\"e.org/#\"", "]}}"), 201),
                dry("owners", MAPS, many(meta + "ownerReferences\":[", owner, "]}}"), 201),
                dry("variables", pods, many(pod + "\"env\":[", "{\"name\":\"V#\"}", "]}]}}"), 201),
                dry(
                        "ports of a container",
                        pods,
                        many(pod + "\"ports\":[", "{\"containerPort\":1#}", "]}]}}"),
                        422),
                dry(
                        "ports of a Service",
                        services,
                        many(
                                "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"ports\":[",
                                "{\"name\":\"p#\",\"port\":1}",
                                "]}}"),
                        422));
    }

    static Stream<Case> yamlBodies() {
        StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c < 'k'; c++) {
            String before = "*" + (char) (c - 1);
            bomb.append(c + ": &" + c + " [" + String.join(",", List.of(before, before, before)));
            bomb.append(("," + before).repeat(6)).append("]\n");
        }
        return Stream.of(
                yaml("a bomb of aliases", bomb.toString(), BAD),
                yaml("an alias of itself", "a: &a [*a]\n", BAD),
                yaml("an unknown alias", "metadata: *z\n", BAD),
                yaml("a tag of a class", "metadata: !!java/object {name: x}\n", 201),
                yaml("deep", "[".repeat(5_000), BAD),
                yaml("keys twice", "metadata: {name: twice}\nmetadata: {name: again}\n", 201),
                yaml("a tab", "metadata:\n\tname: x\n", BAD));
    }

    static Stream<Case> addresses() {
        return Stream.of(
                get("a bad escape: Kubernetes' words are no Status", MAPS + "/%zz", 404),
                get("a NUL", MAPS + "/a%00b", 404),
                get("no UTF-8", MAPS + "/%ff", 404),
                get("upwards: 500 in Kubernetes", "/api/v1/namespaces/../configmaps", 200),
                get("upwards in disguise", "/api/v1/%2e%2e/v1/pods", 404),
                get("a very long name", MAPS + "/" + "a".repeat(5_000), 404),
                get("very many parts", "/api/v1/" + "a/".repeat(1_000), 404),
                query("a selector cut off", "labelSelector=a+in+(b", BAD),
                query("an unknown field", "fieldSelector=zzz%3D1", BAD),
                query("a limit of text", "limit=x", BAD),
                query("a version of text", "resourceVersion=x", BAD),
                query("a huge version", "resourceVersion=99999999999999999999", BAD),
                query("a token that is none", "continue=x", BAD),
                query("a token of no version", "continue=" + token("v9", "1", "x"), BAD),
                query("a token of revision 0", "continue=" + token("", "0", "x"), BAD),
                query("a token of text", "continue=" + token("", "\\\"x\\\"", "x"), BAD),
                query("a token that leads upwards", "continue=" + token("", "1", "../x"), BAD),
                query("a made up token", "continue=" + token("", "-5", "x"), 200),
                query("many parameters", "a=b&".repeat(3_000), 200));
    }

    private static String token(String version, String revision, String start) {
        String json =
                "{\"v\":\"%s\",\"rv\":%s,\"start\":\"%s\"}"
                        .formatted(
                                version.isEmpty() ? "meta.k8s.io/v1" : version,
                                revision.replace("\\\"", "\""),
                                start);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }

    static Stream<Case> changes() {
        String deep = "{\"x\":".repeat(9_000) + "1" + "}".repeat(9_000);
        String jsonPatch = "json-patch+json";
        return Stream.of(
                patch("no list", jsonPatch, "{}", BAD),
                patch("no operations", jsonPatch, "[5]", BAD),
                patch(
                        "a deep value",
                        jsonPatch,
                        "[{\"op\":\"add\",\"path\":\"/data/x\",\"value\":" + deep + "}]",
                        BAD),
                patch(
                        "more operations than allowed",
                        jsonPatch,
                        "[" + "{\"op\":\"test\",\"path\":\"/data\"},".repeat(10_001) + "{}]",
                        413),
                patch(
                        "copies that double each other",
                        jsonPatch,
                        "[{\"op\":\"add\",\"path\":\"/l\",\"value\":[1]}"
                                + ",{\"op\":\"copy\",\"from\":\"/l\",\"path\":\"/l/-\"}".repeat(60)
                                + "]",
                        422),
                patch("deep, merged", "merge-patch+json", deep, BAD),
                patch("deep, merged by the schema", "strategic-merge-patch+json", deep, BAD),
                patch("deep, applied", "apply-patch+yaml", deep, BAD),
                patch("unknown directive", "strategic-merge-patch+json", "{\"$patch\":\"z\"}", 500),
                delete("a list", "[]", BAD),
                delete("another kind", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}", BAD),
                delete("a grace of text", "{\"gracePeriodSeconds\":\"x\"}", BAD),
                delete("a dry run that is none", "{\"dryRun\":[\"x\"]}", 422),
                new Case("delete: ?dryRun=x", "DELETE", TARGET + "?dryRun=x", "", "", 422));
    }

    static Stream<Case> rules() {
        return Stream.of(
                rule("a chain of three thousand", "self.n==1" + "||self.n==1".repeat(2_999), 201),
                rule("a sum of ten thousand", "1" + "+1".repeat(9_999) + "==1", 422),
                rule("deep parentheses", "(".repeat(3_000) + "1" + ")".repeat(3_000), 422),
                rule("many negations", "!".repeat(3_001) + "true", 201),
                rule("many members", "self" + ".n".repeat(20_000), 422));
    }

    @ParameterizedTest
    @MethodSource({"json", "large", "yamlBodies", "addresses", "changes", "rules"})
    void isAnsweredWithAStatus(Case each) throws Exception {
        Reply reply =
                client.ask(each.method(), each.path(), each.type(), each.body().getBytes(UTF_8));

        Judge.check(each.name(), each.code(), reply);
    }

    private static Reply bytes(String request) throws Exception {
        return client.send(whole(request, client));
    }

    private static byte[] whole(String request, RawClient client) {
        return request.replace("AUTH\r\n", client.authorization()).getBytes(UTF_8);
    }

    /// Bytes that are no HTTP, for which the line `AUTH` stands where the administrator's is.
    ///
    /// @param code of the answer
    record Broken(String name, String request, int code) {
        byte[] bytes(RawClient client) {
            return whole(request, client);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Broken> broken() {
        String post = "POST " + MAPS + " HTTP/1.1\r\nhost: h\r\nAUTH\r\n";
        String json = post + "content-type: application/json\r\n";
        String chunked = json + "transfer-encoding: chunked\r\n\r\n";
        return Stream.of(
                new Broken("no request", "hello\r\n\r\n", BAD),
                new Broken("a length of text", json + "content-length: x\r\n\r\n", BAD),
                new Broken("a length below nothing", json + "content-length: -1\r\n\r\n", BAD),
                new Broken(
                        "two lengths",
                        json + "content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
                        BAD),
                new Broken("a chunk of text", chunked + "zz\r\n{}", BAD),
                new Broken("a chunk too long", chunked + "ffffffffffffffff\r\n{}", BAD),
                new Broken("a header without colon", post + "bad header\r\n\r\n", BAD),
                new Broken("a long header", post + "a: " + "x".repeat(100_000) + "\r\n\r\n", 431));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void bytesThatAreNoHttpEndTheConnection(Broken each) throws Exception {
        assertEquals(each.code(), client.send(each.bytes(client)).code());
    }

    @Test
    void aRequestBehindAnotherIsNotTakenForItsBody() throws Exception {
        String smuggled = "GET /version HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
        Reply both =
                bytes(
                        "POST "
                                + MAPS
                                + " HTTP/1.1\r\nhost: h\r\nAUTH\r\ncontent-type: application/json"
                                + "\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n"
                                + "0\r\n\r\n"
                                + smuggled);

        assertEquals(BAD, both.code());
        assertTrue(!both.body().contains("gitVersion"), both.body());
    }

    @Test
    void nothingWasDeletedByWhatWasNotUnderstood() throws Exception {
        for (Case each : changes().filter(one -> one.method().equals("DELETE")).toList()) {
            Reply unused =
                    client.ask(
                            each.method(), each.path(), each.type(), each.body().getBytes(UTF_8));
        }

        assertEquals(200, client.ask("GET", TARGET, "", new byte[0]).code());
    }

    @Test
    void aTokenForPagesLeadsToNoOtherNamespace() throws Exception {
        byte[] elsewhere = "{\"metadata\":{\"name\":\"aaa\"}}".getBytes(UTF_8);
        assertEquals(201, client.ask("POST", "/api/v1/namespaces", JSON, elsewhere).code());
        byte[] secret = "{\"metadata\":{\"name\":\"hidden\"}}".getBytes(UTF_8);
        String there = "/api/v1/namespaces/aaa/configmaps";
        assertEquals(201, client.ask("POST", there, JSON, secret).code());

        for (String start : List.of("aaa/", "aaa", "\\u0000", "/aaa/hidden", "a")) {
            String path = MAPS + "?continue=" + token("", "-1", start);
            Reply reply = client.ask("GET", path, "", new byte[0]);
            Judge.check(start, reply);
            assertTrue(!reply.body().contains("hidden"), reply.body());
        }
    }
}
