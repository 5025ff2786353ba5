package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What browsers are told for pages of other sites.
class CorsTest {

    private static final String HOST = "a.example.com";
    private static final String PAGE = "https://page.example.org";
    private static final String METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
    private static final String HEADERS =
            "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,"
                    + "Content-Type,Range,Authorization";

    private TestServer server;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        server = new TestServer("one");
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, server.port()));
    }

    @AfterEach
    void stops() {
        ingress.close();
        server.close();
    }

    /// @param told headers that begin with `access-control-`, without that
    record Row(String name, String annotations, String told) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String all(String methods, String headers, String age) {
        return "{allow-credentials=true, allow-headers="
                + headers
                + ", allow-methods="
                + methods
                + ", allow-origin=*, max-age="
                + age
                + "}";
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("defaults", "", all(METHODS, HEADERS, "1728000")),
                new Row(
                        "methods",
                        "cors-allow-methods: \"PUT, GET\"",
                        all("PUT, GET", HEADERS, "1728000")),
                new Row(
                        "methods that are none",
                        "cors-allow-methods: \"GET; $pid\"",
                        all(METHODS, HEADERS, "1728000")),
                new Row(
                        "headers",
                        "cors-allow-headers: \"X-Forwarded-For, X-app123-XPTO\"",
                        all(METHODS, "X-Forwarded-For, X-app123-XPTO", "1728000")),
                new Row("age", "cors-max-age: \"600\"", all(METHODS, HEADERS, "600")),
                new Row(
                        "exposed headers",
                        "cors-expose-headers: \"*, X-Custom\"",
                        all(METHODS, HEADERS, "1728000")
                                .replace(", max-age", ", expose-headers=*, X-Custom, max-age")),
                new Row(
                        "no credentials",
                        "cors-allow-credentials: \"false\"",
                        all(METHODS, HEADERS, "1728000").replace("allow-credentials=true, ", "")),
                new Row(
                        "its origin",
                        "cors-allow-origin: \"https://x.example.org:8443, https://*.example.org\"",
                        all(METHODS, HEADERS, "1728000").replace("=*,", "=" + PAGE + ",")));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void bothKindsOfAnswersTell(Row row) throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "enable-cors: \"true\"\n" + row.annotations(),
                        rule(HOST, "/", "Prefix", "one")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, HOST, "/").status() == 200);

        RawHttp.Response before = options(port, PAGE);
        assertEquals(204, before.status());
        assertEquals(row.told(), told(before));
        RawHttp.Response answer = RawHttp.get(port, HOST, "/", "Origin: " + PAGE);
        assertEquals(200, answer.status());
        assertEquals(row.told(), told(answer));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void whoIsNotAllowedIsAnsweredByTheServer(String origin) throws Exception {
        ingress.put(
                ingress(
                        "a",
                        "enable-cors: \"true\"\ncors-allow-origin: https://*.example.org",
                        rule(HOST, "/", "Prefix", "one")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, HOST, "/").status() == 200);

        RawHttp.Response answer = options(port, origin);

        assertEquals(200, answer.status());
        assertEquals("one OPTIONS /", answer.body().lines().findFirst().orElse(""));
        assertEquals("{}", told(answer));
    }

    static Stream<String> strangers() {
        return Stream.of("", "http://page.example.org", "https://example.org", "null");
    }

    private static RawHttp.Response options(int port, String origin) throws IOException {
        String header = origin.isEmpty() ? "" : "Origin: " + origin + "\r\n";
        try (RawHttp http = new RawHttp(port)) {
            http.send("OPTIONS / HTTP/1.1\r\nHost: " + HOST + "\r\n" + header + "\r\n");
            return http.read();
        }
    }

    private static String told(RawHttp.Response answer) {
        SortedMap<String, String> told = new TreeMap<>();
        for (String header : answer.headers()) {
            if (header.startsWith("access-control-")) {
                int colon = header.indexOf(": ");
                told.put(
                        header.substring("access-control-".length(), colon),
                        header.substring(colon + 2));
            }
        }
        return told.toString();
    }
}
