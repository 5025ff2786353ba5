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

/// Removes requests for certificates that nobody needs any more: an hour after they were signed or
/// refused, a day after they were made.
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
        return now.isBefore(end)
                ? Plan.after(Duration.between(now, end))
                : Plan.of(
                        new Change.Delete(
                                Kinds.CERTIFICATE_SIGNING_REQUEST,
                                key,
                                DeleteOptions.of(request.uid())));
    }

    private static Instant end(KubeObject request, Instant made) {
        boolean isSigned = !request.status().string("certificate").isEmpty();
        for (JsonObject condition : request.status().array("conditions").objects()) {
            String type = condition.string("type");
            String since = condition.string("lastUpdateTime");
            boolean over =
                    type.equals("Denied")
                            || type.equals("Failed")
                            || (type.equals("Approved") && isSigned);
            if (over && !since.isEmpty()) {
                return Instant.parse(since).plus(AFTER_DECISION);
            }
        }
        return made.plus(UNDECIDED);
    }
}
