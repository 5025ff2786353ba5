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

/// Keeps the ConfigMap `kube-root-ca.crt` in every namespace, from which pods learn whom to trust.
///
/// **Source:** kube-controller-manager `certificates/rootcacertpublisher`.
public final class RootCaPublisher implements Controller {

    private static final String NAME = "kube-root-ca.crt";
    private static final String FILE = "ca.crt";
    private static final String DESCRIPTION =
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
                    + " endpoints such as the internal service IP or kubernetes.default.svc. No other"
                    + " usage is guaranteed across distributions of Kubernetes clusters.";

    private final JsonObject data;

    /// @param certificate of the authority that signed the server's, in PEM
    public RootCaPublisher(String certificate) {
        this.data = JsonObject.EMPTY.with(FILE, certificate);
    }

    @Override
    public String name() {
        return "root-ca-cert-publisher";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.NAMESPACE),
                Watched.secondary(
                        Kinds.CONFIG_MAP,
                        map ->
                                map.name().equals(NAME)
                                        ? List.of(ObjectKey.of("", map.namespace()))
                                        : List.of()));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject namespace = view.get(Kinds.NAMESPACE, key);
        if (namespace == null || namespace.isDeleting()) {
            return Plan.NOTHING;
        }
        KubeObject present = view.get(Kinds.CONFIG_MAP, ObjectKey.of(key.name(), NAME));
        if (present == null) {
            return Plan.of(new Change.Create(Kinds.CONFIG_MAP, fresh(key.name())));
        }
        return present.tree().object("data").equals(data)
                ? Plan.NOTHING
                : Plan.of(
                        Change.Update.object(
                                Kinds.CONFIG_MAP,
                                present.withTree(tree -> tree.with("data", data))));
    }

    private KubeObject fresh(String namespace) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", NAME)
                        .put("namespace", namespace)
                        .put(
                                "annotations",
                                JsonObject.EMPTY.with("kubernetes.io/description", DESCRIPTION))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "ConfigMap")
                        .put("metadata", metadata)
                        .put("data", data)
                        .build());
    }
}
