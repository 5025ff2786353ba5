package kat.apiserver.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

    private static final String OTHER = "{'type':'Accepted','status':'False'}";
    private static final String NOW = "2026-01-01T00:00:05Z";

    private static JsonObject status(String conditions) {
        String json = "{'conditions':[" + conditions + "]}";
        return (JsonObject) Json.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static String available(String status, String since) {
        return "{'lastTransitionTime':'%s','message':'m','reason':'R','status':'%s','type':'Available'}"
                .formatted(since, status);
    }

    @ParameterizedTest
    @CsvSource({"True, 2026-01-01T00:00:00Z", "False, 2026-01-01T00:00:05Z"})
    void changesItsPlaceAmongOthersAndItsTimeWithItsStatus(String before, String since) {
        String old = available(before, "2026-01-01T00:00:00Z");

        JsonObject told =
                new LocalServices.Condition("True", "R", "m").in(status(old + "," + OTHER), NOW);

        assertEquals(status(available("True", since) + "," + OTHER), told);
    }

    @ParameterizedTest
    @CsvSource({"''", "'{''type'':''Accepted'',''status'':''False''}'"})
    void comesBehindOthersWhenItIsNew(String others) {
        JsonObject told = new LocalServices.Condition("True", "R", "m").in(status(others), NOW);

        String all = others.isEmpty() ? "" : others + ",";
        assertEquals(status(all + available("True", NOW)), told);
    }
}
