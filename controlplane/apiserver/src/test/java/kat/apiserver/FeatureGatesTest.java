package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureGatesTest {

    private static final String SETS = "/apis/apps/v1/namespaces/default/statefulsets";

    private @TempDir Path folder;

    private static ServerOptions gates(String text) {
        return new ServerOptions(new TreeMap<>(Map.of("feature-gates", text)));
    }

    private HttpResponse<String> created(ServerOptions options) throws Exception {
        ApiServerConfig config = ApiServerConfig.local(folder).guardedBy(ServerGuards.of(options));
        try (Served served = Served.start(config)) {
            return served.client()
                    .admin(
                            "POST",
                            SETS,
                            """
                            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"s"},
                             "spec":{"selector":{"matchLabels":{"a":"b"}},
                              "updateStrategy":{"rollingUpdate":{"maxUnavailable":"25%"}},
                              "template":{"metadata":{"labels":{"a":"b"}},
                               "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                            """);
        }
    }

    @Test
    void aFieldOfAFeatureIsKeptWhereItIsOn() throws Exception {
        HttpResponse<String> made = created(gates("MaxUnavailableStatefulSet=true"));

        assertEquals(201, made.statusCode(), made.body());
        assertTrue(made.body().contains("\"maxUnavailable\":\"25%\""), made.body());
    }

    @Test
    void aFieldOfAFeatureIsDroppedByDefault() throws Exception {
        HttpResponse<String> made = created(ServerOptions.NONE);

        assertEquals(201, made.statusCode(), made.body());
        assertTrue(made.body().contains("\"rollingUpdate\":{\"partition\":0}"), made.body());
    }

    @Test
    void anUnknownFeatureKeepsTheServerFromStarting() {
        var refused =
                assertThrows(
                        ConfigFileException.class, () -> ServerGuards.of(gates("NoSuch=true")));

        assertEquals(
                "feature-gates: unrecognized feature gate: NoSuch; those that can be switched are"
                        + " MaxUnavailableStatefulSet",
                refused.getMessage());
    }
}
