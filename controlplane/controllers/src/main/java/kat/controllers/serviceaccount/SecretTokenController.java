package kat.controllers.serviceaccount;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Fills Secrets of the type `kubernetes.io/service-account-token` and removes those whose account
/// is gone.
///
/// | the Secret | then |
/// |---|---|
/// | lacks its token, authority or namespace | they are put in |
/// | names an account that is not there | it is deleted |
/// | is gone | its account names it no longer |
///
/// **Source:** kube-controller-manager `serviceaccount/tokens_controller.go`.
public final class SecretTokenController implements Controller {

    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String NAME = "kubernetes.io/service-account.name";
    private static final String UID = "kubernetes.io/service-account.uid";

    private final SecretTokenAuthority authority;
    private final String certificate;

    /// @param certificate of the authority that signed the server's, in PEM
    public SecretTokenController(SecretTokenAuthority authority, String certificate) {
        this.authority = authority;
        this.certificate = encoded(certificate);
    }

    @Override
    public String name() {
        return "tokens-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                new Watched(
                        Kinds.SECRET,
                        List.of(),
                        (_, before, after) -> ofSecret(after == null ? before : after)),
                new Watched(
                        Kinds.SERVICE_ACCOUNT,
                        List.of(),
                        (view, before, after) -> ofAccount(view, after == null ? before : after)));
    }

    private static List<ObjectKey> ofSecret(@Nullable KubeObject secret) {
        return secret != null && isToken(secret) ? List.of(secret.key()) : List.of();
    }

    private static List<ObjectKey> ofAccount(ClusterView view, @Nullable KubeObject account) {
        List<ObjectKey> keys = new ArrayList<>();
        if (account != null) {
            for (KubeObject secret : view.list(Kinds.SECRET, account.namespace())) {
                if (isToken(secret) && secret.annotation(NAME).equals(account.name())) {
                    keys.add(secret.key());
                }
            }
        }
        return keys;
    }

    private static boolean isToken(KubeObject secret) {
        return secret.tree().string("type").equals(TYPE);
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject secret = view.get(Kinds.SECRET, key);
        if (secret == null) {
            return forgotten(view, key);
        }
        if (!isToken(secret) || secret.isDeleting()) {
            return Plan.NOTHING;
        }
        ObjectKey at = ObjectKey.of(key.namespace(), secret.annotation(NAME));
        String uid = secret.annotation(UID);
        KubeObject account = view.get(Kinds.SERVICE_ACCOUNT, at);
        if (account == null || !isOf(uid, account)) {
            // What was just made may not have been seen yet.
            account = authority.account(at);
        }
        if (account != null && isOf(uid, account)) {
            return filled(secret, account);
        }
        DeleteOptions same = DeleteOptions.of(secret.uid());
        return Plan.of(new Change.Delete(Kinds.SECRET, key, same));
    }

    private static boolean isOf(String uid, KubeObject account) {
        return uid.isEmpty() || uid.equals(account.uid());
    }

    private Plan filled(KubeObject secret, KubeObject account) {
        JsonObject before = secret.tree().object("data");
        JsonObject data = before.with("ca.crt", certificate);
        if (data.string("namespace").isEmpty()) {
            data = data.with("namespace", encoded(secret.namespace()));
        }
        if (data.string("token").isEmpty()) {
            data = data.with("token", encoded(authority.token(account, secret)));
        }
        if (data.equals(before)) {
            return Plan.NOTHING;
        }
        JsonObject all = data;
        JsonObject annotations =
                secret.metadata()
                        .object("annotations")
                        .with(NAME, account.name())
                        .with(UID, account.uid());
        return Plan.of(
                Change.Update.object(
                        Kinds.SECRET,
                        secret.withTree(
                                tree ->
                                        tree.with("data", all)
                                                .withAt(annotations, "metadata", "annotations"))));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static Plan forgotten(ClusterView view, ObjectKey secret) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject account : view.list(Kinds.SERVICE_ACCOUNT, secret.namespace())) {
            List<Json> rest = new ArrayList<>();
            JsonArray named = account.tree().array("secrets");
            for (JsonObject each : named.objects()) {
                if (!each.string("name").equals(secret.name())) {
                    rest.add(each);
                }
            }
            if (rest.size() < named.size()) {
                changes.add(
                        Change.Update.object(
                                Kinds.SERVICE_ACCOUNT,
                                account.withTree(
                                        tree -> tree.with("secrets", new JsonArray(rest)))));
            }
        }
        return Plan.builder().addAll(changes).build();
    }
}
