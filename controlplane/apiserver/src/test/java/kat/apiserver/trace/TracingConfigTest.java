package kat.apiserver.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingConfigTest {

    private static TracingConfig parse(String more) {
        String text =
                "{\"apiVersion\":\"apiserver.config.k8s.io/v1\",\"kind\":\"TracingConfiguration\""
                        + more
                        + "}";
        return TracingConfig.parse((JsonObject) Json.parse(text.getBytes(UTF_8)));
    }

    @Test
    void saysNothingIsTheUsualCollectorAndOnlyTracesOfOthers() {
        assertEquals(new TracingConfig("localhost:4317", 0), parse(""));
    }

    @Test
    void takesBothValues() {
        assertEquals(
                new TracingConfig("collector:4317", 1_000_000),
                parse(",\"endpoint\":\"collector:4317\",\"samplingRatePerMillion\":1000000"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "collector|collector:443|collector|443|''",
                "collector:4317|collector:4317|collector|4317|''",
                "dns:///collector:1|collector:1|collector|1|''",
                "[::1]:4317|[::1]:4317|::1|4317|''",
                "unix:///run/otel.sock|localhost|''|0|/run/otel.sock"
            })
    void knowsWhereACollectorMayBe(
            String endpoint, String authority, String host, int port, String path) {
        assertEquals(
                new GrpcCaller.Target(authority, host, port, path), GrpcCaller.Target.of(endpoint));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",\"endpoint\":\"http://collector:4318\"|endpoint: Invalid value:"
                        + " \"http://collector:4318\": must be host:port, dns:///host:port or"
                        + " unix:///path",
                ",\"endpoint\":\"collector:70000\"|endpoint: Invalid value: \"collector:70000\":"
                        + " must be host:port, dns:///host:port or unix:///path",
                ",\"samplingRatePerMillion\":-1|samplingRatePerMillion: Invalid value: -1: sampling"
                        + " rate must be positive",
                ",\"samplingRatePerMillion\":1000001|samplingRatePerMillion: Invalid value: 1000001:"
                        + " sampling rate per million must be less than or equal to one million",
                ",\"samplingRatePerMillion\":\"1\"|samplingRatePerMillion: Invalid value: \"1\": must"
                        + " be a whole number",
                ",\"sampling\":1|unknown key \"sampling\"; known are apiVersion, endpoint, kind,"
                        + " samplingRatePerMillion"
            })
    void refusesWhatItCannotDo(String more, String why) {
        ConfigFileException refused = assertThrows(ConfigFileException.class, () -> parse(more));

        assertEquals(why, refused.getMessage());
    }
}
