package kat.apiserver.dynamic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.apply.PolicyPatch;
import kat.api.cel.CelException;
import kat.api.cel.CelStruct;
import kat.api.cel.Data;
import kat.api.cel.Environment;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.patch.JsonPatch;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// A mutating policy at work with one set of parameters.
///
/// **Source:** `apiserver/pkg/admission/plugin/policy/mutating/patch`.
record PolicyRun(Policy policy, Optional<KubeObject> params, @Nullable KubeObject namespace) {

    boolean applies(AdmissionRequest seen, Access access) throws MatchConditions.Failure {
        return policy.conditions().isEmpty() || policy.conditions().hold(activation(seen, access));
    }

    private Activation activation(AdmissionRequest seen, Access access) {
        return new Activation(seen, params.orElse(null), namespace, access)
                .composed(policy.variables());
    }

    /// The request with what one mutation makes of its object; the same when that is nothing.
    ///
    /// @throws CelException when the expression has no value
    /// @throws IllegalArgumentException when its value cannot be applied
    AdmissionRequest mutated(AdmissionRequest seen, Policy.Mutation mutation, Access access)
            throws Budget.Exhausted {
        JsonObject object = seen.object();
        if (object == null) {
            return seen;
        }
        if (!mutation.expression().isUsable()) {
            throw new IllegalArgumentException(mutation.expression().problem());
        }
        Budget budget = new Budget(Environment.OBJECT_BUDGET);
        Object value = activation(seen, access).run(mutation.expression(), budget);
        JsonObject changed =
                mutation.isPatch() ? patched(object, value) : merged(seen, object, value);
        JsonObject complete =
                changed.equals(object) ? object : ObjectForm.of(seen).complete(changed);
        return complete.equals(object) ? seen : seen.withObject(complete);
    }

    private static JsonObject merged(AdmissionRequest seen, JsonObject object, Object value) {
        CelStruct configuration = (CelStruct) value;
        requireNames(configuration, "Object");
        Schema schema = ObjectForm.of(seen).schema();
        if (schema == null) {
            throw new IllegalArgumentException(
                    "Resource kind "
                            + seen.kind()
                            + " not found. There can be a delay between when"
                            + " CustomResourceDefinitions are created and when they are"
                            + " available.");
        }
        JsonObject wish =
                ((JsonObject) Data.toJson(configuration))
                        .with("apiVersion", seen.kind().apiVersion())
                        .with("kind", seen.kind().kind());
        try {
            return new PolicyPatch(schema).merge(object, wish);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("error applying patch: " + e.getMessage(), e);
        }
    }

    /// @param root the name that the outermost object must have
    private static void requireNames(CelStruct made, String root) {
        List<String> faults = made.misnamed(root);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("type mismatch: " + String.join("\n", faults));
        }
    }

    private static JsonObject patched(JsonObject object, Object value) {
        List<Json> operations = ((List<?>) value).stream().map(PolicyRun::operation).toList();
        JsonObject current = object;
        for (Json operation : operations) {
            JsonObject next = applied(current, (JsonObject) operation);
            if (next == null) {
                return object;
            }
            current = next;
        }
        return current;
    }

    /// Null when it is a test that fails: then nothing of the patch is applied.
    private static @Nullable JsonObject applied(JsonObject object, JsonObject operation) {
        try {
            return JsonPatch.apply(object, JsonArray.of(operation)) instanceof JsonObject next
                    ? next
                    : object;
        } catch (StatusException e) {
            if (operation.string("op").equals("test")) {
                return null;
            }
            throw new IllegalArgumentException(
                    "JSON Patch: " + PatchFaults.of(object, operation), e);
        }
    }

    private static Json operation(Object made) {
        Map<?, ?> fields = (Map<?, ?>) made;
        Function<String, String> text =
                name -> fields.get(name) instanceof String given ? given : "";
        JsonObject.Builder operation =
                JsonObject.builder()
                        .putUnlessEmpty("from", text.apply("from"))
                        .put("op", text.apply("op"))
                        .put("path", text.apply("path"));
        Object value = fields.get("value");
        if (value != null) {
            if (value instanceof CelStruct struct) {
                requireNames(struct, struct.type());
            }
            operation.put("value", Data.toJson(value));
        }
        return operation.build();
    }
}
