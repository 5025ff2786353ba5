package kat.kubelet.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecursiveReadOnlyTest {

    @ParameterizedTest
    @CsvSource({
        "`readOnly`:true, true, false",
        "`readOnly`:true;`recursiveReadOnly`:`Disabled`, true, false",
        "`readOnly`:true;`recursiveReadOnly`:`Enabled`, true, true",
        "`readOnly`:true;`recursiveReadOnly`:`Enabled`, false,"
                + " v requested recursive read-only mode; but it is not supported by the runtime",
        "`readOnly`:true;`recursiveReadOnly`:`IfPossible`, true, true",
        "`readOnly`:true;`recursiveReadOnly`:`IfPossible`, false, false",
        "`recursiveReadOnly`:`Enabled`, true,"
                + " v requested recursive read-only mode; but it is not read-only",
        "`readOnly`:true;`recursiveReadOnly`:`IfPossible`;`mountPropagation`:`HostToContainer`,"
                + " true, v requested recursive read-only mode; but it is not compatible with"
                + " propagation HostToContainer",
    })
    void isGivenOrRefused(String members, boolean supported, String outcome) {
        String json = ("{`name`:`v`," + members + "}").replace(';', ',').replace('`', '"');
        JsonObject mount = (JsonObject) Json.parse(json.getBytes(UTF_8));

        assertEquals(outcome, outcome(mount, supported));
    }

    private static String outcome(JsonObject mount, boolean supported) {
        try {
            return Boolean.toString(RecursiveReadOnly.wanted(mount, () -> supported));
        } catch (ConfigFault refused) {
            return refused.getMessage().replace("volume ", "").replace("\"", "").replace(',', ';');
        }
    }
}
