package kat.controllers.policystatus;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.custom.CustomKind;
import kat.api.custom.Definition;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.policy.TypeChecks;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;

/// Checks the types of each new generation of a validating policy and tells what it finds in its
/// status.
///
/// **Source:** kube-controller-manager `validatingadmissionpolicystatus/controller.go`.
public final class PolicyStatus implements Controller {

    @Override
    public String name() {
        return "validatingadmissionpolicy-status-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.VALIDATING_POLICY),
                Watched.readOnly(Kinds.CUSTOM_RESOURCE_DEFINITION));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject policy = view.get(Kinds.VALIDATING_POLICY, key);
        if (policy == null
                || policy.isDeleting()
                || policy.generation() <= policy.status().integer("observedGeneration", 0)) {
            return Plan.NOTHING;
        }
        JsonArray warnings = checks(view).check(policy.tree());
        JsonObject checking =
                warnings.isEmpty()
                        ? JsonObject.EMPTY
                        : JsonObject.of("expressionWarnings", warnings);
        return Plan.of(
                Change.Update.status(
                        Kinds.VALIDATING_POLICY,
                        policy.withStatus(
                                status ->
                                        status.with("observedGeneration", policy.generation())
                                                .with("typeChecking", checking))));
    }

    private static TypeChecks checks(ClusterView view) {
        Map<Kind, Schema> custom = new HashMap<>();
        for (KubeObject definition : view.list(Kinds.CUSTOM_RESOURCE_DEFINITION, "")) {
            for (CustomKind each : Definition.parse(definition).served()) {
                custom.put(each.kind(), each.schema());
            }
        }
        KindTable kinds = Kinds.builtIn().with(List.copyOf(custom.keySet()));
        return new TypeChecks(
                kinds,
                kind -> {
                    Schema own = custom.get(kind);
                    return own == null ? Schemas.builtIn().of(kind) : own;
                });
    }
}
