package kat.apiserver.streaming;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import kat.api.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What may be asked of a log, in Kubernetes' words.
class LogParametersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tailLines | -1 | tailLines: Invalid value: -1: must be greater than or equal to 0",
                "limitBytes | 0 | limitBytes: Invalid value: 0: must be greater than 0",
                "sinceSeconds | 0 | sinceSeconds: Invalid value: 0: must be greater than 0",
                "stream | Stdout | stream: Forbidden: may not be specified"
            })
    void refusesValuesThatMeanNothing(String name, String value, String why) {
        StatusException refused =
                assertThrows(StatusException.class, () -> check(Map.of(name, value)));

        assertEquals("PodLogOptions \"p\" is invalid: " + why, refused.status().message());
    }

    @Test
    void refusesTwoBeginnings() {
        Map<String, String> both = Map.of("sinceSeconds", "5", "sinceTime", "2026-01-01T00:00:00Z");

        StatusException refused = assertThrows(StatusException.class, () -> check(both));

        assertEquals("[]", refused.status().details().causes().getFirst().field());
    }

    @Test
    void takesUsualOptions() {
        assertDoesNotThrow(() -> check(Map.of("tailLines", "0", "limitBytes", "1")));
    }

    private static void check(Map<String, String> query) {
        LogParameters.check(
                "p",
                name -> {
                    String value = query.get(name);
                    return value == null ? List.of() : List.of(value);
                });
    }
}
