package kat.clients.badinput;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import kat.clients.BareServer;
import kat.clients.badinput.RawClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Good requests, damaged at random. A failure names the seed and the round; `-Dkat.seed=N` and
/// `-Dkat.rounds=N` ask for others.
class MutationTest {

    private static final long SEED = Long.getLong("kat.seed", 1);
    private static final int ROUNDS = Integer.getInteger("kat.rounds", 250);
    private static final int MOST_SECONDS = 300;
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String REQUESTS =
            "/apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All";
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All";
    private static final String RULED =
            """
            {"metadata":{"name":"bads.bad.example.com"},"spec":{"group":"bad.example.com",
            "scope":"Namespaced","names":{"plural":"bads","kind":"Bad"},"versions":[{"name":"v1",
            "served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
            "properties":{"n":{"type":"integer"}},"x-kubernetes-validations":[{"rule":
            "self.n >= oldSelf.n && [1,2].all(x, x in [self.n, 3])","message":"m"}]}}}]}}
            """;
    private static final String POLICIES =
            "/apis/admissionregistration.k8s.io/v1/%sadmissionpolicies?dryRun=All";
    private static final String VALIDATING =
            """
            {"metadata":{"name":"p"},"spec":{"failurePolicy":"Fail","paramKind":{"apiVersion":"v1",
            "kind":"ConfigMap"},"matchConstraints":{"resourceRules":[{"apiGroups":["apps"],
            "apiVersions":["v1"],"operations":["CREATE"],"resources":["deployments"]}]},
            "matchConditions":[{"name":"m","expression":"!('a' in request.userInfo.groups)"}],
            "variables":[{"name":"v","expression":"object.spec.template.spec.containers"}],
            "validations":[{"expression":"variables.v.all(c, c.image.matches('^[a-z]+$')) &&
            int(params.data.most) >= object.spec.replicas","messageExpression":"'no: ' +
            string(object.spec.replicas)","reason":"Invalid"}],"auditAnnotations":[{"key":"k",
            "valueExpression":"quantity('1Gi').isGreaterThan(quantity('1')) ? 'a' : null"}]}}
            """;
    private static final String MUTATING =
            """
            {"metadata":{"name":"p"},"spec":{"reinvocationPolicy":"Never","matchConstraints":{
            "resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],
            "resources":["pods"]}]},"mutations":[{"patchType":"ApplyConfiguration",
            "applyConfiguration":{"expression":"Object{metadata: Object.metadata{labels: {'a': 'b'}}}"}},
            {"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'add', path:
            '/metadata/labels/' + jsonpatch.escapeKey('x/y'), value: 'z'}]"}}]}}
            """;
    private static final String DEVICES =
            """
            {"metadata":{"name":"d"},"spec":{"selectors":[{"cel":{"expression":"device.driver ==
            'd.example.com' && device.attributes['d.example.com'].size
            .isGreaterThan(semver('1.0.0')) && cel.bind(c, device.capacity['d.example.com'], 'm' in c)"}}]}}
            """;
    private static final String POD =
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"a":"b"}},
            "spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],
            "resources":{"limits":{"cpu":"1","memory":"1Gi"}}}],"tolerations":[{"operator":"Exists"}]}}
            """;

    /// @param body a character a byte
    private record Seed(String method, String path, String type, String body) {
        byte[] bytes() {
            return body.getBytes(ISO_8859_1);
        }
    }

    private static Seed rules(String path, String body) {
        return new Seed("POST", path, "application/json", body.replace('\n', ' '));
    }

    /// The four bytes of magic, then type and raw object of a ConfigMap.
    private static final String PROTOBUF =
            "k8s\0\n\u000f\n\u0002v1\u0012\u0009ConfigMap\u0012\u000e\n\u0005\n\u0003pbm"
                    + "\u0012\u0005\n\u0001a\u0012\0";

    /// A request for a certificate, as it is: damaged before it is packed into its object.
    private static final String REQUEST =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIHIMHACAQAwDjEMMAoGA1UEAwwDYm9iMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
            QgAELxZB2DWKDpbnHgiq4Rc5AMM4fuWuthAHS8rFHa4mA5UfNBK7QzJh7J/uODuS
            4rqQlhedNms3PaUhVn521r0m/KAAMAoGCCqGSM49BAMCA0gAMEUCIGHo5IQaCN+O
            1dQHh38GfDKH3u2YoJ9q+wOyjEmo4697AiEAopiHIipYvCuoOELbuj6iiShNZX0m
            YSrwuvbB6MHSPcU=
            -----END CERTIFICATE REQUEST-----
            """;

    private static final List<Seed> SEEDS =
            List.of(
                    new Seed("POST", "/api/v1/namespaces/default/pods", "application/json", POD),
                    new Seed("POST", "/api/v1/namespaces/default/pods", "application/yaml", POD),
                    new Seed(
                            "POST",
                            MAPS,
                            "application/yaml",
                            "metadata: &m {name: y, labels: {a: b}}\ndata: {k: !!str 5, l: |\n  x\n}\n"),
                    new Seed("POST", MAPS, "application/vnd.kubernetes.protobuf", PROTOBUF),
                    new Seed("POST", DEFINITIONS, "application/json", RULED),
                    rules(POLICIES.formatted("validating"), VALIDATING),
                    rules(POLICIES.formatted("mutating"), MUTATING),
                    rules("/apis/resource.k8s.io/v1/deviceclasses?dryRun=All", DEVICES),
                    new Seed(
                            "PATCH",
                            MAPS + "/target",
                            "application/json-patch+json",
                            "[{\"op\":\"add\",\"path\":\"/data/x~1y\",\"value\":\"z\"},"
                                    + "{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/metadata/labels\"}]"),
                    new Seed(
                            "PATCH",
                            "/api/v1/namespaces/default/pods/web",
                            "application/strategic-merge-patch+json",
                            "{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"j\","
                                    + "\"env\":[{\"name\":\"A\",\"$patch\":\"delete\"}]}],"
                                    + "\"$setElementOrder/containers\":[{\"name\":\"main\"}]}}"),
                    new Seed(
                            "PATCH",
                            "/api/v1/namespaces/default/pods/web?fieldManager=f&force=true",
                            "application/apply-patch+yaml",
                            POD),
                    new Seed(
                            "DELETE", MAPS + "/none", "application/json", "{\"dryRun\":[\"All\"]}"),
                    new Seed(
                            "GET",
                            MAPS + "?labelSelector=a+in+(b,c),!d&fieldSelector=metadata.name%3Dx",
                            "",
                            ""),
                    new Seed(
                            "GET",
                            MAPS + "?limit=2&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEi",
                            "",
                            ""));

    @Test
    @Timeout(MOST_SECONDS)
    void damagedRequestsForCertificatesAreAnsweredWithAStatus() throws Exception {
        Random random = new Random(SEED);
        try (BareServer server = new BareServer()) {
            RawClient client = new RawClient(server);
            for (int round = 0; round < ROUNDS / 5; round++) {
                String what = "kat.seed=" + SEED + " round " + round + " of a request";
                byte[] damaged = damaged(REQUEST.getBytes(ISO_8859_1), random);
                String body =
                        """
                        {"metadata":{"name":"r"},"spec":{"request":"%s","usages":["client auth"],
                        "signerName":"kubernetes.io/kube-apiserver-client"}}
                        """
                                .formatted(Base64.getEncoder().encodeToString(damaged));
                byte[] bytes = body.getBytes(UTF_8);
                Judge.check(what, client.ask("POST", REQUESTS, "application/json", bytes));
            }
        }
    }

    /// Heads with values that mean something, one of which is damaged.
    private static final List<String> HEADS =
            List.of(
                    "accept: application/json;as=Table;v=v1;g=meta.k8s.io;q=0.9, */*;q=0.1",
                    "accept: application/vnd.kubernetes.protobuf;stream=watch",
                    "accept-encoding: gzip;q=0.5, identity",
                    "content-encoding: gzip",
                    "impersonate-user: system:serviceaccount:default:a",
                    "impersonate-extra-example.com%2fscopes: all",
                    "if-none-match: \"AbC\", W/\"d\"",
                    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "upgrade: websocket",
                    "sec-websocket-protocol: v5.channel.k8s.io, base64.binary.k8s.io",
                    "range: bytes=0-10",
                    "audit-id: 1-2-3");

    @Test
    @Timeout(MOST_SECONDS)
    void damagedHeadsAreAnsweredWithAStatus() throws Exception {
        Random random = new Random(SEED);
        List<String> paths = List.of(MAPS, MAPS + "/none", "/apis", "/openapi/v3", "/version");
        try (BareServer server = new BareServer()) {
            RawClient client = new RawClient(server);
            for (int round = 0; round < ROUNDS / 2; round++) {
                String head = HEADS.get(random.nextInt(HEADS.size()));
                String what = "kat.seed=" + SEED + " round " + round + " of " + head;
                byte[] value = head.substring(head.indexOf(' ') + 1).getBytes(ISO_8859_1);
                String damaged = new String(damaged(value, random), ISO_8859_1);
                String headers =
                        client.authorization()
                                + head.substring(0, head.indexOf(' ') + 1)
                                + damaged.replaceAll("\\p{Cntrl}", "_")
                                + "\r\n";
                String path = paths.get(random.nextInt(paths.size()));
                boolean posts = path.equals(MAPS) && random.nextBoolean();
                byte[] body = (posts ? "{\"metadata\":{}}" : "").getBytes(UTF_8);
                String type = posts ? "application/json" : "";
                judge(what, client.ask(posts ? "POST" : "GET", path, type, body, headers));
            }

            assertEquals(200, client.ask("GET", "/readyz", "", new byte[0]).code());
        }
    }

    /// As [Judge#check], also for who still asks for protobuf.
    private static void judge(String what, Reply reply) {
        if (!reply.head().contains("content-type: application/vnd.kubernetes.protobuf")) {
            Judge.check(what, reply);
            return;
        }
        assertTrue(reply.code() > 0 && reply.code() < 500, () -> what + " broke: " + reply);
        if (reply.code() >= 400) {
            assertTrue(reply.body().startsWith("k8s\0"), () -> what + ": " + reply);
            assertTrue(reply.body().contains("Status"), () -> what + ": " + reply);
        }
    }

    @Test
    @Timeout(MOST_SECONDS)
    void damagedTokensAreRefused() throws Exception {
        Random random = new Random(SEED);
        String claims = "{\"iss\":\"kubernetes/serviceaccount\",\"sub\":\"a\",\"exp\":1}";
        String token = url("{\"alg\":\"ES256\",\"kid\":\"x\"}") + "." + url(claims) + ".AAAA";
        try (BareServer server = new BareServer()) {
            RawClient client = new RawClient(server);
            for (int round = 0; round < ROUNDS / 5; round++) {
                String what = "kat.seed=" + SEED + " round " + round + " of a token";
                String damaged = new String(damaged(token.getBytes(ISO_8859_1), random), UTF_8);
                String header = "authorization: Bearer " + damaged.replaceAll("\\p{Cntrl}", "_");
                Reply reply = client.ask("GET", MAPS, "", new byte[0], header + "\r\n");
                Judge.check(what, reply);
                assertTrue(reply.code() == 401 || reply.code() == 400, what + ": " + reply);
            }
        }
    }

    private static String url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    @Timeout(MOST_SECONDS)
    void whateverIsDamagedIsAnsweredWithAStatus() throws Exception {
        Random random = new Random(SEED);
        try (BareServer server = new BareServer()) {
            RawClient client = new RawClient(server);
            for (int round = 0; round < ROUNDS; round++) {
                Seed seed = SEEDS.get(random.nextInt(SEEDS.size()));
                String what = "kat.seed=" + SEED + " round " + round + " of " + seed.path();
                Judge.check(what, ask(client, seed, random, what));
            }

            assertEquals(200, client.ask("GET", "/readyz", "", new byte[0]).code());
        }
    }

    private static Reply ask(RawClient client, Seed seed, Random random, String what) {
        boolean inPath = seed.body().isEmpty() || random.nextInt(8) == 0;
        String path = inPath ? damagedPath(seed.path(), random) : seed.path();
        byte[] body = inPath ? seed.bytes() : damaged(seed.bytes(), random);
        try {
            return client.ask(seed.method(), path, seed.type(), body);
        } catch (IOException noAnswer) {
            throw new AssertionError(what + " was left waiting", noAnswer);
        }
    }

    private static String damagedPath(String path, Random random) {
        int mark = path.indexOf('?');
        int from = Math.max(mark, 0);
        int at = from + 1 + random.nextInt(path.length() - from - 1);
        List<String> pieces =
                List.of(
                        "%00",
                        "%ff",
                        "%2F",
                        "..",
                        "//",
                        "%",
                        "(",
                        ",",
                        "=",
                        "!",
                        "%c3%28",
                        "9".repeat(40));
        return path.substring(0, at)
                + pieces.get(random.nextInt(pieces.size()))
                + path.substring(at + random.nextInt(2));
    }

    static byte[] damaged(byte[] body, Random random) {
        byte[] bytes = body.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, Random random) {
        if (bytes.length < 4) {
            return "{".getBytes(UTF_8);
        }
        int at = random.nextInt(bytes.length - 2);
        int length = 1 + random.nextInt(bytes.length - at - 1);
        byte[] part = Arrays.copyOfRange(bytes, at, at + length);
        List<String> pieces =
                List.of(
                        "null",
                        "1e400",
                        "-0",
                        "99999999999999999999",
                        "\"\\ud800\"",
                        "[",
                        "{",
                        "}",
                        "\\u0000",
                        "true",
                        "&a",
                        "*a",
                        "!!binary ",
                        "\u00ff",
                        "[[[[[[[[",
                        "\"\":");
        return switch (random.nextInt(5)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 1 -> Arrays.copyOf(bytes, at + 1);
            case 2 -> joined(bytes, at, part, at);
            case 3 -> joined(bytes, at, new byte[0], at + length);
            default -> {
                byte[] piece = pieces.get(random.nextInt(pieces.size())).getBytes(UTF_8);
                yield joined(bytes, at, piece, at + random.nextInt(2));
            }
        };
    }

    /// What stands before `to`, then `middle`, then what stands from `from`.
    private static byte[] joined(byte[] bytes, int to, byte[] middle, int from) {
        byte[] all = Arrays.copyOf(bytes, to + middle.length + bytes.length - from);
        System.arraycopy(middle, 0, all, to, middle.length);
        System.arraycopy(bytes, from, all, to + middle.length, bytes.length - from);
        return all;
    }
}
