package kat.apiserver.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kat.api.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortSocketTest {

    @Test
    void takesPortsFromSeveralValues() {
        assertEquals(List.of(80, 8443, 9), PortSocket.ports(List.of("80,8443", "9")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65536", "x", "80,", "-1", "123456"})
    void refusesWhatIsNoPort(String text) {
        List<String> values = List.of(text);

        var refused = assertThrows(StatusException.class, () -> PortSocket.ports(values));

        assertEquals(400, refused.status().code());
    }

    @Test
    void refusesToForwardNothing() {
        var refused = assertThrows(StatusException.class, () -> PortSocket.ports(List.of()));

        assertEquals("query parameter \"port\" is required", refused.status().message());
    }
}
