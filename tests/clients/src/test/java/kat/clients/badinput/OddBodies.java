package kat.clients.badinput;

import java.util.stream.Stream;
import kat.clients.badinput.OddRequests.Odd;

/// Selectors, patches and protobuf for [OddRequests].
final class OddBodies {

    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String TARGET = MAPS + "/target";
    private static final String WEB = "/api/v1/namespaces/default/pods/web?dryRun=All";
    private static final String GOOD = "{\"metadata\":{\"name\":\"odd\"}}";

    /// A ConfigMap.
    private static final String MAP = field(1, field(1, "odd"));

    private OddBodies() {}

    static Stream<Odd> all() {
        return Stream.of(
                        selectors(),
                        patches(),
                        strategicMerges(),
                        directives(),
                        operations(),
                        applied(),
                        protobuf(),
                        wire(),
                        deletions())
                .flatMap(each -> each);
    }

    private static Odd labels(String selector, int code) {
        return new Odd(
                "labels: " + OddRequests.cut(selector),
                "GET",
                MAPS + "?labelSelector=" + selector,
                "",
                true,
                "",
                code);
    }

    private static Odd fields(String selector, int code) {
        return new Odd(
                "fields: " + OddRequests.cut(selector),
                "GET",
                MAPS + "?fieldSelector=" + selector,
                "",
                true,
                "",
                code);
    }

    private static Odd patch(String kind, String path, String body, int code) {
        String type = kind.equals("apply") ? "apply-patch+yaml" : kind + "-patch+json";
        String query =
                path
                        + (path.contains("?") ? "&" : "?dryRun=All&")
                        + (kind.equals("apply") ? "fieldManager=f" : "");
        return new Odd(
                kind + ": " + OddRequests.cut(body),
                "PATCH",
                query,
                "content-type: application/" + type + "\r\n",
                true,
                body,
                code);
    }

    private static Odd bytes(String name, String method, String path, String body, int code) {
        return new Odd(
                "protobuf: " + name,
                method,
                path,
                "content-type: " + PROTOBUF + "\r\n",
                true,
                body,
                code);
    }

    /// The magic, then type and raw bytes of an object.
    private static String packed(String version, String kind, String raw) {
        String type = field(1, version) + field(2, kind);
        return "k8s\0" + field(1, type) + field(2, raw);
    }

    private static String field(int number, String bytes) {
        return (char) (number << 3 | 2) + varint(bytes.length()) + bytes;
    }

    private static String varint(int value) {
        return value < 128
                ? String.valueOf((char) value)
                : (char) ((value & 127) | 128) + varint(value >> 7);
    }

    private static String nested(String inner, int levels) {
        String all = inner;
        for (int i = 0; i < levels; i++) {
            all = field(1, all);
        }
        return all;
    }

    private static Stream<Odd> selectors() {
        return Stream.of(
                labels("a+in+()", 200),
                labels("a+in", 400),
                labels("a+notin+(b", 400),
                labels("!a%3Db", 400),
                labels("a%3D%3Db%3D%3Dc", 400),
                labels(",", 400),
                labels("a,,b", 400),
                labels("%3Da", 400),
                labels("a+%3E+b", 400),
                labels("a+%3C+99999999999999999999", 400),
                labels("%F0%9F%98%80", 400),
                // Kubernetes takes the byte for the end.
                labels("%00", 400),
                labels("a+in+(" + "b,".repeat(20_000) + "c)", 200),
                labels("(".repeat(2_000), 400),
                labels("a/b/c%3Dd", 400),
                labels("a".repeat(300), 400),
                fields("metadata.name", 400),
                fields("metadata.name%3D%3D%3Dx", 400),
                fields("metadata.name%3Da,metadata.name!%3Da", 200),
                fields("%3D", 200),
                fields("\\", 400),
                fields("metadata.name%3D\\", 400),
                fields("metadata.name%3D\\x", 400),
                fields(",,,", 200),
                fields("spec.nodeName%3Da", 400),
                fields("metadata.name%3D%00", 200),
                fields("metadata.name%3D" + "a".repeat(20_000), 200));
    }

    private static Stream<Odd> patches() {
        return Stream.of(
                patch("merge", TARGET, "[]", 400),
                patch("merge", TARGET, "5", 400),
                patch("merge", TARGET, "null", 400),
                patch("merge", TARGET, "\"x\"", 400),
                patch("merge", TARGET, "", 400),
                patch("merge", TARGET, "{\"metadata\":null}", 400),
                patch("merge", TARGET, "{\"metadata\":5}", 422),
                patch("merge", TARGET, "{\"data\":[1]}", 422),
                patch("merge", TARGET, "{\"kind\":\"Pod\"}", 422),
                // Kubernetes finds the type before the missing name, and says 422.
                patch("merge", TARGET, "{\"apiVersion\":5}", 400),
                patch("merge", WEB, "{\"spec\":{\"containers\":{\"0\":{}}}}", 422));
    }

    private static Stream<Odd> strategicMerges() {
        return Stream.of(
                patch("strategic-merge", WEB, "[]", 400),
                patch("strategic-merge", WEB, "{\"spec\":5}", 422),
                patch("strategic-merge", WEB, "{\"spec\":{\"containers\":5}}", 422),
                patch("strategic-merge", WEB, "{\"spec\":{\"containers\":[5]}}", 500),
                patch("strategic-merge", WEB, "{\"spec\":{\"containers\":[{}]}}", 500),
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"spec\":{\"containers\":[{\"$patch\":\"delete\"}]}}",
                        500),
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"spec\":{\"containers\":[{\"$patch\":\"z\",\"name\":\"main\"}]}}",
                        500),
                patch("strategic-merge", WEB, "{\"spec\":{\"$patch\":5}}", 500),
                patch("strategic-merge", WEB, "{\"spec\":{\"$patch\":\"z\"}}", 500));
    }

    private static Stream<Odd> directives() {
        return Stream.of(
                patch("strategic-merge", WEB, "{\"spec\":{\"$retainKeys\":\"x\"}}", 400),
                patch("strategic-merge", WEB, "{\"spec\":{\"$retainKeys\":[5]}}", 422),
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"spec\":{\"$retainKeys\":[\"a\"],\"hostname\":\"h\"}}",
                        400),
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":5}}",
                        200),
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[{}]}}",
                        200),
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"spec\":{\"$setElementOrder/containers\":5}}",
                        500),
                // Kubernetes, which wants objects here, says 500.
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"spec\":{\"$setElementOrder/containers\":[5]}}",
                        200),
                patch(
                        "strategic-merge",
                        WEB,
                        "{\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"x\"}],\"containers\":[{\"name\":\"main\"}]}}",
                        500),
                patch("strategic-merge", WEB, "{\"spec\":{\"$nonsense/containers\":[]}}", 200));
    }

    private static Stream<Odd> operations() {
        return Stream.of(
                patch("json", TARGET, "5", 400),
                patch("json", TARGET, "[{}]", 422),
                patch("json", TARGET, "[{\"op\":5,\"path\":6}]", 400),
                patch("json", TARGET, "[{\"op\":\"fly\",\"path\":\"/data\"}]", 422),
                patch("json", TARGET, "[{\"op\":\"add\",\"path\":\"data\",\"value\":1}]", 422),
                patch(
                        "json",
                        TARGET,
                        "[{\"op\":\"add\",\"path\":\"/data/~2\",\"value\":\"1\"}]",
                        422),
                patch("json", TARGET, "[{\"op\":\"add\",\"path\":\"\",\"value\":[]}]", 422),
                patch("json", TARGET, "[{\"op\":\"remove\",\"path\":\"\"}]", 422),
                patch("json", TARGET, "[{\"op\":\"remove\",\"path\":\"/none\"}]", 422),
                patch(
                        "json",
                        TARGET,
                        "[{\"op\":\"move\",\"from\":\"/data\",\"path\":\"/data/a\"}]",
                        422),
                patch("json", TARGET, "[{\"op\":\"copy\",\"path\":\"/data/b\"}]", 422),
                patch("json", TARGET, "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":{}}]", 422),
                patch(
                        "json",
                        TARGET,
                        "[{\"op\":\"replace\",\"path\":\"/metadata/name\",\"value\":{}}]",
                        422),
                patch(
                        "json",
                        WEB,
                        "[{\"op\":\"add\",\"path\":\"/spec/containers/99999999999999999999\",\"value\":{}}]",
                        422),
                patch(
                        "json",
                        WEB,
                        "[{\"op\":\"add\",\"path\":\"/spec/containers/-1\",\"value\":{}}]",
                        422));
    }

    private static Stream<Odd> applied() {
        return Stream.of(
                patch("apply", TARGET, "[]", 400),
                patch("apply", TARGET, "5", 400),
                patch("apply", TARGET, "{}", 400),
                patch("apply", TARGET, "a: b\n---\nc: d\n", 400),
                patch("apply", TARGET, "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}", 400),
                patch(
                        "apply",
                        TARGET,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"other\"}}",
                        400),
                patch(
                        "apply",
                        TARGET,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":[]}",
                        500),
                patch(
                        "apply",
                        TARGET,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"managedFields\":[{}]}}",
                        400),
                patch("apply", TARGET, "a: &a [*a]\n", 400));
    }

    private static Stream<Odd> protobuf() {
        return Stream.of(
                bytes("nothing", "POST", MAPS, "", 400),
                bytes("JSON", "POST", MAPS, GOOD, 400),
                bytes("the magic alone", "POST", MAPS, "k8s\0", 400),
                bytes("half of the magic", "POST", MAPS, "k8", 400),
                bytes("a list", "POST", MAPS, packed("v1", "ConfigMapList", field(2, MAP)), 400),
                bytes("a Status", "POST", MAPS, packed("v1", "Status", ""), 400),
                bytes("another kind", "POST", MAPS, packed("v1", "Pod", MAP), 400),
                bytes("an unknown kind", "POST", MAPS, packed("v1", "Nothing", MAP), 400),
                bytes("an unknown version", "POST", MAPS, packed("v9", "ConfigMap", MAP), 400),
                bytes("a kind of bytes", "POST", MAPS, packed("v1", "\u00ff\u00fe", MAP), 400),
                bytes(
                        "a raw object cut off",
                        "POST",
                        MAPS,
                        packed("v1", "ConfigMap", "\n\u007f"),
                        400));
    }

    private static Stream<Odd> wire() {
        return Stream.of(
                bytes(
                        "a length of gigabytes",
                        "POST",
                        MAPS,
                        packed("v1", "ConfigMap", "\n\u00ff\u00ff\u00ff\u00ff\u0007"),
                        400),
                bytes(
                        "a number without end",
                        "POST",
                        MAPS,
                        packed("v1", "ConfigMap", "\u00ff".repeat(40)),
                        400),
                bytes("a field of number 0", "POST", MAPS, packed("v1", "ConfigMap", "\0\0"), 400),
                bytes(
                        "a group without end",
                        "POST",
                        MAPS,
                        packed("v1", "ConfigMap", "\u000b".repeat(5_000)),
                        400),
                bytes(
                        "a field of an unknown form",
                        "POST",
                        MAPS,
                        packed("v1", "ConfigMap", "\u000f\u0001"),
                        400),
                bytes(
                        "text that is no UTF-8",
                        "POST",
                        MAPS + "?dryRun=All",
                        packed("v1", "ConfigMap", field(1, field(1, "\u00ff\u00fe"))),
                        422),
                bytes(
                        "messages in messages",
                        "POST",
                        MAPS,
                        packed("v1", "ConfigMap", nested("", 300)),
                        422),
                bytes("lists in lists", "POST", MAPS, packed("v1", "List", nested("", 300)), 400),
                bytes(
                        "an encoding of its own",
                        "POST",
                        MAPS + "?dryRun=All",
                        "k8s\0"
                                + field(1, field(1, "v1") + field(2, "ConfigMap"))
                                + field(2, MAP)
                                + field(3, "gzip"),
                        201),
                bytes(
                        "a type of its own",
                        "POST",
                        MAPS + "?dryRun=All",
                        "k8s\0"
                                + field(1, field(1, "v1") + field(2, "ConfigMap"))
                                + field(2, MAP)
                                + field(4, "text/plain"),
                        201));
    }

    private static Stream<Odd> deletions() {
        return Stream.of(
                bytes(
                        "options of a deletion, cut off",
                        "DELETE",
                        TARGET,
                        packed("v1", "DeleteOptions", "\n\u007f"),
                        400),
                bytes(
                        "options of a deletion, of another kind",
                        "DELETE",
                        TARGET,
                        packed("v1", "Pod", ""),
                        400),
                bytes(
                        "options of a deletion, that forbid it",
                        "DELETE",
                        TARGET,
                        packed("v1", "DeleteOptions", field(2, field(1, "none"))),
                        409),
                bytes(
                        "options of a deletion, a dry run that is none",
                        "DELETE",
                        TARGET,
                        packed("v1", "DeleteOptions", field(5, "x")),
                        422),
                bytes("options of a deletion, without type", "DELETE", TARGET, "k8s\0", 400),
                bytes(
                        "a replacement of another name",
                        "PUT",
                        TARGET,
                        packed("v1", "ConfigMap", MAP),
                        400));
    }
}
