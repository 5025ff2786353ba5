package kat.controllers.serviceaccount;

import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;

/// Keeps a service account `default` in every namespace that is not on its way out.
///
/// **Source:** kube-controller-manager `serviceaccount/serviceaccounts_controller.go`.
public final class DefaultServiceAccounts implements Controller {

    private static final String DEFAULT = "default";

    @Override
    public String name() {
        return "service-account-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.NAMESPACE),
                Watched.secondary(
                        Kinds.SERVICE_ACCOUNT,
                        account ->
                                account.name().equals(DEFAULT)
                                        ? List.of(ObjectKey.of("", account.namespace()))
                                        : List.of()));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject namespace = view.get(Kinds.NAMESPACE, key);
        ObjectKey account = ObjectKey.of(key.name(), DEFAULT);
        if (namespace == null
                || namespace.isDeleting()
                || view.get(Kinds.SERVICE_ACCOUNT, account) != null) {
            return Plan.NOTHING;
        }
        JsonObject metadata =
                JsonObject.builder().put("name", DEFAULT).put("namespace", key.name()).build();
        return Plan.of(
                new Change.Create(
                        Kinds.SERVICE_ACCOUNT,
                        new KubeObject(
                                JsonObject.builder()
                                        .put("apiVersion", "v1")
                                        .put("kind", "ServiceAccount")
                                        .put("metadata", metadata)
                                        .build())));
    }
}
