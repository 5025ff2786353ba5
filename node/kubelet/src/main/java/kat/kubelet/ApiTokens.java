package kat.kubelet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.kubelet.volumes.Tokens;
import kat.kubelet.volumes.VolumeFault;

/// Asks the API server for service account tokens.
///
/// **Source:** `pkg/kubelet/token`: a token is replaced when 80 % of its time are over.
record ApiTokens(Transport transport, Ticker ticker) implements Tokens {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final int REFRESH_PERCENT = 80;

    /// No token is replaced sooner, whatever its end: clocks may differ.
    private static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);

    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;

    @Override
    public Token request(KubeObject pod, String audience, long seconds) throws VolumeFault {
        String account = pod.spec().string("serviceAccountName", "default");
        Instant now = ticker.now();
        try {
            JsonObject answer =
                    transport
                            .create(
                                    Kinds.SERVICE_ACCOUNT,
                                    question(pod, account, audience, seconds),
                                    WriteOptions.by("kubelet").on("token"))
                            .object()
                            .status();
            Instant end = Instant.parse(answer.string("expirationTimestamp"));
            Duration life = Duration.between(now, end);
            Instant refresh = now.plus(life.multipliedBy(REFRESH_PERCENT).dividedBy(100));
            Instant soonest = now.plus(SHORTEST_LIFE);
            return new Token(
                    answer.string("token"), refresh.isBefore(soonest) ? soonest : refresh, end);
        } catch (StatusException e) {
            boolean unsupported =
                    e.status().code() == NOT_ALLOWED
                            || (e.status().code() == NOT_FOUND
                                    && !String.valueOf(e.getMessage()).contains(account));
            if (unsupported) {
                LOG.log(Level.WARNING, "the api server gives no tokens pod={0}", pod.key());
                Instant later = now.plusSeconds(seconds);
                return new Token("", later, later);
            }
            throw new VolumeFault("failed to fetch token: " + e.getMessage());
        }
    }

    private static KubeObject question(
            KubeObject pod, String account, String audience, long seconds) {
        JsonObject bound =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Pod")
                        .put("name", pod.name())
                        .put("uid", pod.uid())
                        .build();
        JsonObject.Builder spec =
                JsonObject.builder()
                        .put("expirationSeconds", seconds)
                        .put("boundObjectRef", bound)
                        .put(
                                "audiences",
                                audience.isEmpty()
                                        ? JsonArray.EMPTY
                                        : JsonArray.of(Json.of(audience)));
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "authentication.k8s.io/v1")
                        .put("kind", "TokenRequest")
                        .put(
                                "metadata",
                                JsonObject.of(
                                        "name",
                                        Json.of(account),
                                        "namespace",
                                        Json.of(pod.namespace())))
                        .put("spec", spec.build())
                        .build());
    }
}
