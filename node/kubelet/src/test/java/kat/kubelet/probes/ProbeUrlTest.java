package kat.kubelet.probes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URISyntaxException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeUrlTest {

    private static final ProbeUrl BASE = ProbeUrl.of("http", "10.0.0.1:80", "/a/b?q");

    @ParameterizedTest
    @CsvSource({
        "'', /",
        "x, /x",
        "'/a b|{c}^?d e', '/a%20b%7C%7Bc%7D%5E?d e'",
        "/a%20b/[c]!, /a%20b/[c]!",
        "/ä, /%C3%A4",
        "/50%?x, /50%25%3Fx",
        "http://other/y?z, /y?z",
        "/x#y, /x"
    })
    void aPathIsEncodedAsFarAsItMust(String path, String target) {
        assertEquals(target, ProbeUrl.of("http", "10.0.0.1:80", path).target());
    }

    @ParameterizedTest
    @CsvSource({
        "/x, http://10.0.0.1:80/x",
        "x y, http://10.0.0.1:80/a/x%20y",
        "../../x/./y/.., http://10.0.0.1:80/x/",
        "?r, http://10.0.0.1:80/a/b?r",
        "#f, http://10.0.0.1:80/a/b?q",
        "//h:81/x, http://h:81/x",
        "HTTPS://u:p@h, https://h",
        "/login?next=https://h/, http://10.0.0.1:80/login?next=https://h/",
        "mailto:me, mailto://"
    })
    void aReferenceLeadsWhereItLeadsInGo(String location, String where) throws Exception {
        assertEquals(where, BASE.resolve(location).toString());
    }

    @ParameterizedTest
    @CsvSource({"//h, h, 80", "https://h, h, 443", "//h:, h, 80", "'//[fd00::1]:8', fd00::1, 8"})
    void aHostHasThePortOfItsScheme(String location, String host, int port) throws Exception {
        ProbeUrl url = BASE.resolve(location);

        assertEquals(host, url.host());
        assertEquals(port, url.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {":x", "a b:c", "/%zz", "//h:x/", "//a b/", "//[::1/", "/\u0001"})
    void whatGoRefusesIsRefused(String location) {
        assertThrows(URISyntaxException.class, () -> BASE.resolve(location));
    }
}
