package kat.controllers.serviceaccount;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Patch;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Ends tokens in Secrets that were once made for each service account and that nobody uses.
///
/// | not used, and not mounted, for a year | then |
/// |---|---|
/// | not marked | it is marked as invalid: the API server refuses it and says why |
/// | marked for a year | it is deleted |
///
/// Only Secrets that their account names in `secrets` are meant: others were made by people.
///
/// **Source:** kube-controller-manager `serviceaccount/legacy_serviceaccount_token_cleaner.go`.
public final class LegacyTokenCleaner implements Controller {

    static final Duration UNUSED = Duration.ofDays(365);

    private static final Duration LOOK_AGAIN = Duration.ofDays(1);
    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String NAME = "kubernetes.io/service-account.name";
    private static final String UID = "kubernetes.io/service-account.uid";
    private static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    private static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";
    private static final ObjectKey TRACKING =
            ObjectKey.of("kube-system", "kube-apiserver-legacy-service-account-token-tracking");

    @Override
    public String name() {
        return "legacy-service-account-token-cleaner";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.secondary(
                        Kinds.SECRET,
                        secret -> isToken(secret) ? List.of(secret.key()) : List.of()),
                Watched.secondary(
                        Kinds.SERVICE_ACCOUNT,
                        account ->
                                account.tree().array("secrets").objects().stream()
                                        .map(
                                                each ->
                                                        ObjectKey.of(
                                                                account.namespace(),
                                                                each.string("name")))
                                        .toList()),
                Watched.readOnly(Kinds.POD),
                Watched.readOnly(Kinds.CONFIG_MAP));
    }

    private static boolean isToken(KubeObject secret) {
        return secret.tree().string("type").equals(TYPE);
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject secret = view.get(Kinds.SECRET, key);
        if (secret == null || secret.isDeleting() || !isToken(secret) || !isNamed(view, secret)) {
            return Plan.NOTHING;
        }
        Instant due = due(view, secret);
        if (due == null || MountedSecrets.any(view.list(Kinds.POD, key.namespace()), key.name())) {
            return Plan.after(LOOK_AGAIN);
        }
        if (due.isAfter(now)) {
            return Plan.after(Duration.between(now, due));
        }
        Instant invalid = endOf(secret.label(INVALID_SINCE));
        if (invalid == null) {
            return mark(secret, now);
        }
        Instant over = invalid.plus(UNUSED);
        return over.isAfter(now)
                ? Plan.after(Duration.between(now, over))
                : Plan.of(
                        new Change.Delete(
                                Kinds.SECRET,
                                key,
                                new DeleteOptions("", secret.resourceVersion(), -1, "", 0)));
    }

    private static boolean isNamed(ClusterView view, KubeObject secret) {
        ObjectKey at = ObjectKey.of(secret.namespace(), secret.annotation(NAME));
        KubeObject account = view.get(Kinds.SERVICE_ACCOUNT, at);
        String uid = secret.annotation(UID);
        return account != null
                && (uid.isEmpty() || uid.equals(account.uid()))
                && account.tree().array("secrets").objects().stream()
                        .anyMatch(each -> each.string("name").equals(secret.name()));
    }

    /// When it will not have been used for long enough; null when that cannot be told.
    private static @Nullable Instant due(ClusterView view, KubeObject secret) {
        KubeObject tracking = view.get(Kinds.CONFIG_MAP, TRACKING);
        Instant tracked =
                tracking == null ? null : endOf(tracking.tree().object("data").string("since"));
        Instant made = secret.creationTimestamp();
        if (tracked == null || made == null) {
            return null;
        }
        Instant last = tracked.isAfter(made) ? tracked : made;
        String used = secret.label(LAST_USED);
        if (!used.isEmpty()) {
            Instant until = endOf(used);
            if (until == null) {
                return null;
            }
            last = until.isAfter(last) ? until : last;
        }
        return last.plus(UNUSED);
    }

    /// The end of a day; null when it is none.
    private static @Nullable Instant endOf(String day) {
        try {
            return LocalDate.parse(day).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException noDay) {
            return null;
        }
    }

    private static Plan mark(KubeObject secret, Instant now) {
        String today = LocalDate.ofInstant(now, ZoneOffset.UTC).toString();
        JsonObject metadata =
                JsonObject.of(
                        "labels",
                        JsonObject.of(INVALID_SINCE, Json.of(today)),
                        "uid",
                        Json.of(secret.uid()));
        return Plan.of(
                new Change.PatchObject(
                        Kinds.SECRET,
                        secret.key(),
                        Patch.merge(JsonObject.of("metadata", metadata)),
                        ""));
    }
}
