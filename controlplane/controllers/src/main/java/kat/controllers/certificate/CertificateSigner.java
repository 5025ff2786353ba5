package kat.controllers.certificate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;

/// Signs approved requests for Kubernetes' own signers.
///
/// **Source:** kube-controller-manager `certificates/signer`.
public final class CertificateSigner implements Controller {

    private static final List<String> SIGNERS =
            List.of(
                    "kubernetes.io/kube-apiserver-client",
                    "kubernetes.io/kube-apiserver-client-kubelet",
                    "kubernetes.io/kubelet-serving",
                    "kubernetes.io/legacy-unknown");

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private final SigningAuthority authority;

    public CertificateSigner(SigningAuthority authority) {
        this.authority = authority;
    }

    @Override
    public String name() {
        return "certificate-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(Watched.primary(Kinds.CERTIFICATE_SIGNING_REQUEST));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject request = view.get(Kinds.CERTIFICATE_SIGNING_REQUEST, key);
        if (request == null
                || !SIGNERS.contains(request.spec().string("signerName"))
                || !request.status().string("certificate").isEmpty()
                || !has(request, "Approved")
                || has(request, "Denied")
                || has(request, "Failed")) {
            return Plan.NOTHING;
        }
        JsonObject spec = request.spec();
        String pem = new String(Base64.getDecoder().decode(spec.string("request")), UTF_8);
        SigningAuthority.Signed signed =
                authority.sign(
                        new SigningAuthority.Order(
                                pem,
                                spec.string("signerName"),
                                spec.array("usages").strings(),
                                validity(spec)));
        JsonObject status = request.status();
        return Plan.of(
                Change.Update.status(
                        Kinds.CERTIFICATE_SIGNING_REQUEST,
                        request.withStatus(
                                _ ->
                                        signed.refusal().isEmpty()
                                                ? status.with(
                                                        "certificate",
                                                        inBase64(signed.certificate()))
                                                : failed(status, signed.refusal(), now))));
    }

    static boolean has(KubeObject request, String type) {
        return request.status().array("conditions").objects().stream()
                .anyMatch(
                        each ->
                                each.string("type").equals(type)
                                        && each.string("status", "True").equals("True"));
    }

    static Duration validity(JsonObject spec) {
        if (!spec.has("expirationSeconds")) {
            return LONGEST;
        }
        Duration asked = Duration.ofSeconds(spec.integer("expirationSeconds", 0));
        if (asked.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }

    private static String inBase64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
    }

    private static JsonObject failed(JsonObject status, String why, Instant now) {
        JsonObject condition =
                JsonObject.builder()
                        .put("lastUpdateTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("message", why)
                        .put("reason", "SignerValidationFailure")
                        .put("status", "True")
                        .put("type", "Failed")
                        .build();
        return status.with("conditions", status.array("conditions").with(condition));
    }
}
