package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterIngressTest {

    @ParameterizedTest
    @CsvSource({
        "'', 127.0.0.1",
        "192.0.2.5, 127.0.0.1 192.0.2.5",
        "192.0.2.5 127.0.0.1 192.0.2.5, 127.0.0.1 192.0.2.5",
        "0.0.0.0, 0.0.0.0",
        "192.0.2.5 0.0.0.0 2001:db8::5, 0.0.0.0 2001:db8::5",
        "0.0.0.0 ::, ::"
    })
    void listensOnNoAddressTwice(String asked, String hosts) {
        List<String> words = asked.isEmpty() ? List.of() : List.of(asked.split(" "));

        assertEquals(List.of(hosts.split(" ")), ClusterIngress.hosts(words));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, ::1", "0.0.0.0 2001:db8::5, ::1", "127.0.0.1 ::1, ''", "::, ''"})
    void listensOnLoopbackOfBothFamilies(String hosts, String also) {
        assertEquals(
                also.isEmpty() ? List.of() : List.of(also),
                ClusterIngress.also(List.of(hosts.split(" "))));
    }
}
