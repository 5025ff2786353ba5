package kat.ingress.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Annotations as tables: what is read, and what a request of a canary is led by.
class SettingsReaderTest {

    /// @param annotations as `name: value` lines, without prefix
    private static Annotations annotations(String annotations) {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        annotations
                .lines()
                .forEach(
                        line -> {
                            int colon = line.indexOf(": ");
                            all.put(
                                    Annotations.PREFIX + line.substring(0, colon),
                                    line.substring(colon + 2));
                        });
        return new Annotations(all);
    }

    private static Settings read(String text) {
        return new SettingsReader(annotations(text), "default").read();
    }

    /// @param headers one header, or none
    /// @param chance of the canary's total
    record Canary(String name, String rule, String headers, int chance, boolean isTaken) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String letters(int count) {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < count) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        return text.toString();
    }

    static Stream<Canary> canaries() {
        String header = "canary-by-header: X-Canary\ncanary-weight: 10\n";
        String value = header + "canary-by-header-value: beta\n";
        String pattern = header + "canary-by-header-pattern: ^(a|b)+$\n";
        String endless = header + "canary-by-header-pattern: .*a" + ".{1000}".repeat(6) + "x\n";
        String cookie = "canary-by-cookie: tester\n";
        return Stream.of(
                new Canary("always", header, "X-Canary: always", 99, true),
                new Canary("never", header, "X-Canary: never", 0, false),
                new Canary("another value is left to the weight", header, "X-Canary: x", 9, true),
                new Canary("nothing is left to the weight", header, "", 10, false),
                new Canary("the value", value, "X-Canary: beta", 99, true),
                new Canary("always is no value", value, "X-Canary: always", 99, false),
                new Canary("never is no value either", value, "X-Canary: never", 9, true),
                new Canary("a pattern", pattern, "X-Canary: abba", 99, true),
                new Canary("what it does not match", pattern, "X-Canary: abc", 99, false),
                new Canary(
                        "the value goes before the pattern",
                        value + pattern,
                        "X-Canary: abba",
                        99,
                        false),
                new Canary(
                        "a pattern that takes too long matches nothing",
                        endless + cookie,
                        "X-Canary: " + letters(15_000),
                        0,
                        false),
                new Canary(
                        "a value without a header", "canary-by-header-value: beta\n", "", 0, false),
                new Canary("a cookie", cookie, "Cookie: a=b; tester=always", 99, true),
                new Canary(
                        "a cookie that says never",
                        cookie + "canary-weight: 100\n",
                        "Cookie: tester=never",
                        0,
                        false),
                new Canary("no request", "canary-weight: 0\n", "", 0, false),
                new Canary("each request", "canary-weight: 100\n", "", 99, true));
    }

    @ParameterizedTest
    @MethodSource("canaries")
    void leadsToTheCanary(Canary row) {
        Settings.CanaryRule rule = read("canary: true\n" + row.rule()).canary();
        assertNotNull(rule);
        Asked.Headers headers =
                name ->
                        row.headers().toLowerCase(Locale.ROOT).startsWith(lower(name) + ": ")
                                ? row.headers().substring(name.length() + 2)
                                : null;

        assertEquals(row.isTaken(), Gate.takesCanary(rule, headers, row.chance()));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @CsvSource({"'', 100", "canary-weight-total: 1000, 1000", "canary-weight-total: 10, 100"})
    void theWholeOfWeightsIsAHundredOrMore(String annotation, int expected) {
        Settings.CanaryRule rule = read("canary: true\n" + annotation).canary();

        assertNotNull(rule);
        assertEquals(expected, rule.total());
    }

    @ParameterizedTest
    @CsvSource({
        "'', '; HttpOnly'",
        "session-cookie-max-age: 60, '; Max-Age=60; HttpOnly'",
        "session-cookie-expires: 60, '; Max-Age=60; HttpOnly'",
        "session-cookie-samesite: Strict, '; SameSite=Strict; HttpOnly'",
        "session-cookie-domain: example.com, '; Domain=example.com; HttpOnly'",
        "session-cookie-max-age: 60; Path=/, '; HttpOnly'",
        "session-cookie-max-age: soon, '; HttpOnly'",
        "session-cookie-samesite: Some, '; HttpOnly'",
        "session-cookie-domain: a;b, '; HttpOnly'",
    })
    void theCookieHasTheseAttributes(String annotation, String expected) {
        Settings.Affinity affinity = read("affinity: cookie\n" + annotation).affinity();

        assertNotNull(affinity);
        assertEquals(expected, affinity.attributes());
    }

    @Test
    void ofTwoAgesThePlainOneCounts() {
        Settings.Affinity affinity =
                read("affinity: cookie\nsession-cookie-expires: 1\nsession-cookie-max-age: 2")
                        .affinity();

        assertNotNull(affinity);
        assertEquals("; Max-Age=2; HttpOnly", affinity.attributes());
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', INGRESSCOOKIE, ",
        "session-cookie-path: /app, /app, INGRESSCOOKIE, ",
        "session-cookie-path: /a;b, '', INGRESSCOOKIE, ",
        "session-cookie-path: app, '', INGRESSCOOKIE, ",
        "session-cookie-name: route, '', route, ",
        "session-cookie-name: a=b, '', INGRESSCOOKIE, ",
        "session-cookie-secure: true, '', INGRESSCOOKIE, true",
        "session-cookie-secure: false, '', INGRESSCOOKIE, false",
    })
    void theCookieIsForAPath(
            String annotation, String path, String name, @Nullable Boolean secure) {
        Settings.Affinity affinity = read("affinity: cookie\n" + annotation).affinity();

        assertNotNull(affinity);
        assertEquals(new Settings.Affinity(name, "; HttpOnly", path, secure), affinity);
    }

    @ParameterizedTest
    @CsvSource({
        "cors-allow-methods: GET;PUT",
        "cors-allow-headers: X-$pid",
        "cors-expose-headers: a:b",
        "cors-max-age: -1",
        "session-cookie-path: app",
        "session-cookie-expires: never",
        "canary-weight-total: none",
        "canary-by-header-pattern: (",
    })
    void whatCannotBeReadIsTold(String annotation) {
        Annotations from = annotations(annotation);

        Settings unused = new SettingsReader(from, "default").read();

        assertEquals(1, from.finish().size());
    }
}
