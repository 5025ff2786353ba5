package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kat.api.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyTargetTest {

    @ParameterizedTest
    @CsvSource({
        "web, http, web, ''",
        "web:80, http, web, 80",
        "https:web:8443, https, web, 8443",
        ":web:http, http, web, http",
    })
    void isReadFromAName(String id, String scheme, String name, String port) {
        assertEquals(new ProxyTarget(scheme, name, port), ProxyTarget.parse("pod", id));
    }

    @Test
    void isRefusedInKubernetesWords() {
        for (String id : new String[] {":80", "ftp:web:21", "a:b:c:d"}) {
            var refused =
                    assertThrows(StatusException.class, () -> ProxyTarget.parse("service", id));

            assertEquals("invalid service request \"" + id + "\"", refused.status().message());
        }
    }
}
