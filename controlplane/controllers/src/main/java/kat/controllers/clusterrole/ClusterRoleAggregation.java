package kat.controllers.clusterrole;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Keeps the rules of each ClusterRole that has an `aggregationRule` equal to those of the roles it
/// selects, in the order of their names, each rule once.
///
/// **Source:** kube-controller-manager `clusterroleaggregation`.
public final class ClusterRoleAggregation implements Controller {

    @Override
    public String name() {
        return "clusterrole-aggregation-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(new Watched(Kinds.CLUSTER_ROLE, List.of(), this::sums));
    }

    /// Any role may be part of any sum.
    private Collection<ObjectKey> sums(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject role : view.list(Kinds.CLUSTER_ROLE, "")) {
            if (role.tree().has("aggregationRule")) {
                keys.add(role.key());
            }
        }
        return keys;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject sum = view.get(Kinds.CLUSTER_ROLE, key);
        if (sum == null || !sum.tree().has("aggregationRule")) {
            return Plan.NOTHING;
        }
        JsonArray rules = new JsonArray(rules(view, sum));
        if (rules.equals(sum.tree().array("rules"))) {
            return Plan.NOTHING;
        }
        return Plan.of(
                Change.Update.object(
                        Kinds.CLUSTER_ROLE, sum.withTree(tree -> tree.with("rules", rules))));
    }

    private static List<Json> rules(ClusterView view, KubeObject sum) {
        List<Json> rules = new ArrayList<>();
        JsonArray selectors = sum.tree().object("aggregationRule").array("clusterRoleSelectors");
        for (JsonObject each : selectors.objects()) {
            LabelSelector selector = LabelSelector.parse(each);
            for (KubeObject role : view.list(Kinds.CLUSTER_ROLE, "")) {
                if (!role.name().equals(sum.name()) && selector.matches(role.labels())) {
                    for (Json rule : role.tree().array("rules")) {
                        if (!rules.contains(rule)) {
                            rules.add(rule);
                        }
                    }
                }
            }
        }
        return rules;
    }
}
