package kat.clients.badinput;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.stream.Stream;

/// More of the corpus: requests whose heads, tokens, certificates, expressions, selectors,
/// patches and protobuf are odd, each with the code of Kubernetes 1.36.3. They change nothing.
final class OddRequests {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String TARGET = MAPS + "/target";
    private static final String GOOD = "{\"metadata\":{\"name\":\"odd\"}}";
    private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";
    private static final String REQUESTS =
            "/apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All";

    private OddRequests() {}

    /// One request.
    ///
    /// @param headers whole lines beside those of every request
    /// @param isAdmin whether it is the administrator's; else it has no token but in `headers`
    /// @param body a character a byte
    record Odd(
            String name,
            String method,
            String path,
            String headers,
            boolean isAdmin,
            String body,
            int code) {

        byte[] bytes() {
            return body.getBytes(ISO_8859_1);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Odd> all() {
        return Stream.of(
                        accepts(),
                        types(),
                        impersonations(),
                        tokens(),
                        certificates(),
                        expressions(),
                        OddBodies.all(),
                        sizes())
                .flatMap(each -> each);
    }

    private static Odd accept(String value, int code) {
        return new Odd(
                "accept: " + cut(value), "GET", MAPS, "accept: " + value + "\r\n", true, "", code);
    }

    private static Odd type(String value, int code) {
        return new Odd(
                "type: " + cut(value),
                "POST",
                MAPS + "?dryRun=All",
                "content-type: " + value + "\r\n",
                true,
                GOOD,
                code);
    }

    private static Odd impersonated(String name, String headers, int code) {
        return new Odd("impersonated: " + name, "GET", MAPS, headers, true, "", code);
    }

    private static Odd token(String name, String value, int code) {
        return new Odd(
                "token: " + name, "GET", MAPS, "authorization: " + value + "\r\n", false, "", code);
    }

    private static Odd post(String name, String path, String body, int code) {
        return new Odd(name, "POST", path, "content-type: application/json\r\n", true, body, code);
    }

    private static Odd bundle(String name, String bundle, int code) {
        return post(
                "bundle: " + name,
                ADMISSION + "validatingwebhookconfigurations?dryRun=All",
                """
                {"metadata":{"name":"odd"},"webhooks":[{"name":"a.b.c","sideEffects":"None",
                "admissionReviewVersions":["v1"],"clientConfig":{"url":"https://127.0.0.1:1/",
                "caBundle":"%s"}}]}
                """
                        .formatted(bundle),
                code);
    }

    private static Odd request(String name, String request, int code) {
        return post(
                "request: " + name,
                REQUESTS,
                """
                {"metadata":{"name":"odd"},"spec":{"request":"%s","usages":["client auth"],
                "signerName":"kubernetes.io/kube-apiserver-client"}}
                """
                        .formatted(request),
                code);
    }

    private static Odd policy(String name, String expression, int code) {
        return post(
                "policy: " + name,
                ADMISSION + "validatingadmissionpolicies?dryRun=All",
                """
                {"metadata":{"name":"odd"},"spec":{"matchConstraints":{"resourceRules":[{
                "apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],
                "resources":["configmaps"]}]},"validations":[{"expression":"%s"}]}}
                """
                        .formatted(expression),
                code);
    }

    static String cut(String text) {
        return text.substring(0, Math.min(60, text.length()));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String claims(String head, String claims) {
        Base64.Encoder parts = Base64.getUrlEncoder().withoutPadding();
        return "Bearer "
                + parts.encodeToString(head.getBytes(UTF_8))
                + "."
                + parts.encodeToString(claims.getBytes(UTF_8))
                + ".AAAA";
    }

    private static Stream<Odd> accepts() {
        return Stream.of(
                accept("application/nonsense", 406),
                accept("a/b/c", 406),
                accept(";;;,,,", 406),
                accept("application/json;q=x", 200),
                accept("application/json;q=\"", 200),
                accept("application/json;as=Table;v=v9;g=meta.k8s.io", 406),
                accept("application/json;as=Nothing;v=v1;g=meta.k8s.io", 406),
                accept("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", 406),
                accept("application/cbor", 406),
                accept("application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io", 406),
                accept("\u00ff\u00fe/\u0080", 406),
                accept("*/*," + "a/b,".repeat(10_000) + "c/d", 200));
    }

    private static Stream<Odd> types() {
        return Stream.of(
                type("application/xml", 415),
                type("json", 415),
                type(";", 415),
                type("application/json; charset=\"", 415),
                type("application/json;a=b;a=c", 415),
                type("application/cbor", 415),
                type("application/json,application/yaml", 415),
                type("application/json;" + "a=b;".repeat(5_000), 201),
                type("\u00ff/\u00fe", 415),
                new Odd("type: none", "POST", MAPS + "?dryRun=All", "", true, GOOD, 201),
                new Odd(
                        "type: of a patch, for a creation",
                        "POST",
                        MAPS,
                        "content-type: application/merge-patch+json\r\n",
                        true,
                        GOOD,
                        415),
                new Odd(
                        "type: of a creation, for a patch",
                        "PATCH",
                        TARGET,
                        "content-type: application/json\r\n",
                        true,
                        GOOD,
                        415),
                new Odd(
                        "encoding: gzip that is none",
                        "POST",
                        MAPS + "?dryRun=All",
                        "content-type: application/json\r\ncontent-encoding: gzip\r\n",
                        true,
                        GOOD,
                        201),
                new Odd(
                        "encoding: an unknown one",
                        "POST",
                        MAPS + "?dryRun=All",
                        "content-type: application/json\r\ncontent-encoding: \u00ff,br,x;q=\r\n",
                        true,
                        GOOD,
                        201),
                new Odd(
                        "encoding: accepted oddly",
                        "GET",
                        MAPS,
                        "accept-encoding: gzip;q=x,,;\r\n",
                        true,
                        "",
                        200));
    }

    private static Stream<Odd> impersonations() {
        return Stream.of(
                impersonated("groups of nobody", "impersonate-group: a\r\n", 400),
                impersonated("a uid of nobody", "impersonate-uid: a\r\n", 400),
                impersonated("extras of nobody", "impersonate-extra-a: a\r\n", 400),
                impersonated("an empty user", "impersonate-user: \r\n", 200),
                impersonated("a user of bytes", "impersonate-user: \u00ff\u00fe\r\n", 403),
                impersonated(
                        "half an account", "impersonate-user: system:serviceaccount:a\r\n", 403),
                impersonated(
                        "a long user", "impersonate-user: " + "a".repeat(20_000) + "\r\n", 403),
                impersonated(
                        "an extra of a bad escape",
                        "impersonate-user: a\r\nimpersonate-extra-%zz: b\r\n",
                        403),
                impersonated(
                        "an extra without a name",
                        "impersonate-user: a\r\nimpersonate-extra-: b\r\n",
                        403),
                impersonated(
                        "many groups",
                        "impersonate-user: a\r\n" + "impersonate-group: b\r\n".repeat(500),
                        403));
    }

    static Stream<Odd> tokens() {
        String none = "{\"alg\":\"none\"}";
        String deep = "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000);
        return Stream.of(
                token("nothing behind the word", "Bearer", 403),
                token("blanks", "Bearer    ", 403),
                token("two words", "Bearer a b", 401),
                token("bytes", "Bearer \u00ff\u00fe\u0080", 401),
                token("another scheme", "Basic !!!", 403),
                token("dots", "Bearer ...", 401),
                token("three letters", "Bearer a.b.c", 401),
                token("two parts", "Bearer a.b", 401),
                token("no algorithm", claims(none, "{}"), 401),
                token(
                        "an algorithm of another family",
                        claims("{\"alg\":\"HS256\"}", "{\"sub\":\"system:admin\"}"),
                        401),
                token("a head that is a list", claims("[]", "[]"), 401),
                token("claims of text", claims("{\"alg\":\"RS256\"}", "x"), 401),
                token("deep claims", claims("{\"alg\":\"RS256\"}", deep), 401),
                token("a deep head", claims(deep, "{}"), 401),
                token(
                        "claims of a bad expiry",
                        claims(
                                "{\"alg\":\"ES256\"}",
                                "{\"iss\":\"kubernetes/serviceaccount\",\"exp\":1e400}"),
                        401),
                token("many dots", "Bearer " + ".".repeat(20_000), 401),
                token("a node's, unknown", "Bearer abcdef.0123456789abcdef", 401),
                token("a node's, cut off", "Bearer abcdef.", 401),
                token("a node's, in capitals", "Bearer ABCDEF.0123456789ABCDEF", 401),
                token("a node's, upwards", "Bearer ../..f.0123456789abcdef", 401));
    }

    static Stream<Odd> certificates() {
        String pem = "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n";
        String long3 = "MIIB".repeat(100_000);
        return Stream.of(
                bundle("no PEM", encoded("x"), 201),
                bundle("no base64", "!!!", 400),
                bundle("an empty block", encoded(pem.formatted("CERTIFICATE", "")), 201),
                bundle(
                        "bytes that are no certificate",
                        encoded(pem.formatted("CERTIFICATE", "AAAA")),
                        201),
                bundle("a block without end", encoded("-----BEGIN CERTIFICATE-----\nAAAA"), 201),
                bundle("a key", encoded(pem.formatted("PRIVATE KEY", "AAAA")), 201),
                bundle(
                        "a length of gigabytes",
                        encoded(pem.formatted("CERTIFICATE", "MIR/////AAAA")),
                        201),
                bundle("half a megabyte", encoded(pem.formatted("CERTIFICATE", long3)), 201),
                request("nothing", "", 422),
                request("no PEM", encoded("x"), 422),
                request("no base64", "!!!", 400),
                request("a certificate", encoded(pem.formatted("CERTIFICATE", "AAAA")), 422),
                request("an empty block", encoded(pem.formatted("CERTIFICATE REQUEST", "")), 422),
                request(
                        "bytes that are no request",
                        encoded(pem.formatted("CERTIFICATE REQUEST", "AAAA")),
                        422),
                request(
                        "a length of gigabytes",
                        encoded(pem.formatted("CERTIFICATE REQUEST", "MIR/////AAAA")),
                        422),
                request(
                        "sequences in each other",
                        encoded(pem.formatted("CERTIFICATE REQUEST", "MIAw".repeat(5_000))),
                        422),
                request(
                        "two blocks",
                        encoded(pem.formatted("CERTIFICATE REQUEST", "AAAA").repeat(2)),
                        422));
    }

    private static Stream<Odd> expressions() {
        return Stream.of(
                policy("nothing", "", 422),
                policy("an open parenthesis", "(", 422),
                policy("an unknown name", "nobody.x", 422),
                policy("a number", "1", 422),
                policy("an unknown function", "object.frobnicate()", 422),
                policy("a regular expression that is none", "'a'.matches('(')", 422),
                policy("a text without end", "'a", 422),
                policy("deep parentheses", "(".repeat(2_000) + "1" + ")".repeat(2_000), 422),
                policy("many negations", "!".repeat(3_001) + "true", 201),
                policy("many members", "object" + ".n".repeat(5_000), 422),
                policy("lists in lists", "[".repeat(500) + "]".repeat(500) + " == []", 422),
                policy("loops in loops", "[1].all(a, ".repeat(60) + "true" + ")".repeat(60), 201),
                policy("a macro of too few", "[1].all(x)", 422),
                policy("bytes of odd escapes", "b'\\\\xff' == b'\\\\377'", 201),
                policy("a surrogate", "'\\\\ud800' == ''", 422),
                policy("a code point too large", "'\\\\U00110000' == ''", 422),
                policy("an integer too large", "99999999999999999999 == 1", 422));
    }

    private static Stream<Odd> sizes() {
        String text = "x".repeat(1_000_000);
        String deep = "[".repeat(10_001) + "]".repeat(10_001);
        return Stream.of(
                post(
                        "size: a body just as large as may be",
                        MAPS + "?dryRun=All",
                        "{\"metadata\":{\"name\":\"odd\"},"
                                + " ".repeat(3 * 1024 * 1024 - 33)
                                + "\"a\":1}",
                        201),
                post(
                        "size: one byte more",
                        MAPS + "?dryRun=All",
                        "{\"metadata\":{\"name\":\"odd\"},"
                                + " ".repeat(3 * 1024 * 1024 - 32)
                                + "\"a\":1}",
                        413),
                post(
                        "size: values of 1.5 MB",
                        MAPS + "?dryRun=All",
                        "{\"metadata\":{\"name\":\"odd\"},\"data\":{\"a\":\""
                                + text
                                + "\",\"b\":\""
                                + text.substring(500_000)
                                + "\"}}",
                        422),
                post(
                        "size: annotations of a megabyte",
                        MAPS + "?dryRun=All",
                        "{\"metadata\":{\"name\":\"odd\",\"annotations\":{\"a\":\""
                                + text
                                + "\"}}}",
                        422),
                post(
                        "size: a name of a megabyte",
                        MAPS + "?dryRun=All",
                        "{\"metadata\":{\"name\":\"" + text + "\"}}",
                        422),
                post(
                        "size: a number of a megabyte",
                        MAPS + "?dryRun=All",
                        "{\"metadata\":{\"generation\":" + "9".repeat(1_000_000) + "}}",
                        400),
                post(
                        "size: lists deeper than any server goes",
                        MAPS + "?dryRun=All",
                        "{\"x\":" + deep + "}",
                        400));
    }
}
