package kat.controllers.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;

/// Signs what everybody may read of the cluster, the ConfigMap `kube-public/cluster-info`, with
/// each bootstrap token that may: who knows a token knows then whether to trust it.
///
/// **Source:** kube-controller-manager `bootstrap/bootstrapsigner.go`.
public final class BootstrapSigner implements Controller {

    private static final ObjectKey INFO = ObjectKey.of("kube-public", "cluster-info");
    private static final String CONTENT = "kubeconfig";
    private static final String SIGNATURE = "jws-kubeconfig-";

    @Override
    public String name() {
        return "bootstrap-signer";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.secondary(
                        Kinds.CONFIG_MAP,
                        map -> map.key().equals(INFO) ? List.of(INFO) : List.of()),
                Watched.secondary(
                        Kinds.SECRET,
                        secret -> BootstrapToken.of(secret) == null ? List.of() : List.of(INFO)));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject info = view.get(Kinds.CONFIG_MAP, key);
        if (info == null || info.isDeleting()) {
            return Plan.NOTHING;
        }
        JsonObject before = info.tree().object("data");
        if (!before.has(CONTENT)) {
            return Plan.NOTHING;
        }
        JsonObject data = unsigned(before);
        for (KubeObject secret : view.list(Kinds.SECRET, BootstrapToken.NAMESPACE)) {
            BootstrapToken token = BootstrapToken.of(secret);
            if (token != null && token.signs(now)) {
                data = data.with(SIGNATURE + token.id(), signature(data.string(CONTENT), token));
            }
        }
        if (data.equals(before)) {
            return Plan.NOTHING;
        }
        JsonObject signed = data;
        return Plan.of(
                Change.Update.object(
                        Kinds.CONFIG_MAP, info.withTree(tree -> tree.with("data", signed))));
    }

    private static JsonObject unsigned(JsonObject data) {
        JsonObject rest = data;
        for (String name : data.names()) {
            if (name.startsWith(SIGNATURE)) {
                rest = rest.without(name);
            }
        }
        return rest;
    }

    /// A JSON Web Signature without its content.
    static String signature(String content, BootstrapToken token) {
        Base64.Encoder text = Base64.getUrlEncoder().withoutPadding();
        JsonObject header = JsonObject.of("alg", Json.of("HS256"), "kid", Json.of(token.id()));
        String head = text.encodeToString(header.toBytes());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.word().getBytes(UTF_8), "HmacSHA256"));
            String signed = head + "." + text.encodeToString(content.getBytes(UTF_8));
            return head + ".." + text.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no HMAC", e);
        }
    }
}
