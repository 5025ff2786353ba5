package kat.controllers.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Removes requests for certificates that nobody needs any more: an hour after they were signed or
/// refused, a day after they were made and not decided, or approved and not signed.
///
/// **Source:** kube-controller-manager `certificates/cleaner`.
public final class CertificateCleaner implements Controller {

    private static final Duration AFTER_DECISION = Duration.ofHours(1);
    private static final Duration UNDECIDED = Duration.ofHours(24);

    @Override
    public String name() {
        return "certificate-cleaner";
    }

    @Override
    public String account() {
        return "certificate-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(Watched.primary(Kinds.CERTIFICATE_SIGNING_REQUEST));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject request = view.get(Kinds.CERTIFICATE_SIGNING_REQUEST, key);
        Instant made = request == null ? null : request.creationTimestamp();
        if (request == null || made == null || request.isDeleting()) {
            return Plan.NOTHING;
        }
        Instant end = end(request, made);
        if (end == null) {
            return Plan.NOTHING;
        }
        return now.isBefore(end)
                ? Plan.after(Duration.between(now, end))
                : Plan.of(
                        new Change.Delete(
                                Kinds.CERTIFICATE_SIGNING_REQUEST,
                                key,
                                DeleteOptions.of(request.uid())));
    }

    /// Null for a request that stays.
    private static @Nullable Instant end(KubeObject request, Instant made) {
        String certificate = request.status().string("certificate");
        List<JsonObject> conditions = request.status().array("conditions").objects();
        Instant end = conditions.isEmpty() ? made.plus(UNDECIDED) : null;
        for (JsonObject condition : conditions) {
            Instant since = since(condition);
            switch (condition.string("type")) {
                case "Denied", "Failed" -> end = earlier(end, since, AFTER_DECISION);
                case "Approved" -> {
                    boolean isSigned = !certificate.isEmpty();
                    end = earlier(end, since, isSigned ? AFTER_DECISION : UNDECIDED);
                }
                default -> {}
            }
        }
        return end;
    }

    private static @Nullable Instant earlier(
            @Nullable Instant end, @Nullable Instant since, Duration after) {
        Instant other = since == null ? null : since.plus(after);
        if (end == null || other == null) {
            return end == null ? other : end;
        }
        return other.isBefore(end) ? other : end;
    }

    private static @Nullable Instant since(JsonObject condition) {
        String time = condition.string("lastUpdateTime");
        return time.isEmpty() ? null : Instant.parse(time);
    }
}
