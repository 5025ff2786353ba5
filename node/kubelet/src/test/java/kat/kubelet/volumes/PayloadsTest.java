package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.kubelet.spec.DownwardApi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadsTest {

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject context(long user, long group) {
        JsonObject context = JsonObject.EMPTY;
        if (user >= 0) {
            context = context.with("runAsUser", Json.of(user));
        }
        return group < 0 ? context : context.with("fsGroup", Json.of(group));
    }

    @ParameterizedTest
    @CsvSource({"-1, -1, 644, -1", "1000, -1, 600, 1000", "-1, 9, 600, -1", "1000, 9, 600, 1000"})
    void aTokenIsOfThePodsUser(long user, long group, String mode, int owner) throws VolumeFault {
        JsonObject spec =
                json("{\"containers\":[{\"name\":\"web\"}]}")
                        .with("securityContext", context(user, group));
        Payloads payloads =
                new Payloads(
                        new DownwardApi(new KubeObject(JsonObject.of("spec", spec)), Map.of()),
                        (_, _) -> null,
                        (_, _, _) -> new Tokens.Token("t", Instant.MAX, Instant.MAX));

        payloads.add(
                json(
                        "{\"projected\":{\"defaultMode\":420,\"sources\":["
                                + "{\"serviceAccountToken\":{\"path\":\"token\"}}]}}"));

        AtomicWriter.Entry token = payloads.files().get("token");
        assertEquals(mode, Integer.toOctalString(token.mode()));
        assertEquals(owner, token.owner());
    }
}
