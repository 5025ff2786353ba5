package kat.apiserver.admission;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import org.jspecify.annotations.Nullable;

/// Gives pods the number that their priority class stands for; keeps to one default class.
///
/// **Source:** `plugin/pkg/admission/priority`.
final class Priority implements Plugin {

    private final Lookup lookup;

    Priority(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject pod) {
        if (attributes.target().kind() == Kinds.POD
                && attributes.operation() == Operation.UPDATE
                && attributes.call().subresource().isEmpty()) {
            return kept(attributes, pod);
        }
        if (!Pods.isCreation(attributes)) {
            return pod;
        }
        JsonObject spec = pod.object("spec");
        String name = spec.string("priorityClassName");
        KubeObject found = name.isEmpty() ? fallback() : named(attributes, pod, name);
        long value = found == null ? 0 : found.tree().integer("value", 0);
        String policy =
                found == null
                        ? "PreemptLowerPriority"
                        : found.tree().string("preemptionPolicy", "PreemptLowerPriority");
        if (spec.has("priority") && spec.integer("priority", 0) != value) {
            throw Refusals.forbidden(
                    attributes,
                    pod,
                    "the integer value of priority ("
                            + spec.integer("priority", 0)
                            + ") must not be provided in pod spec; priority admission controller"
                            + " computed "
                            + value
                            + " from the given PriorityClass name");
        }
        JsonObject complete = spec.with("priority", Json.of(value));
        String asked = complete.string("preemptionPolicy");
        if (complete.has("preemptionPolicy") && !asked.equals(policy)) {
            throw Refusals.forbidden(
                    attributes,
                    pod,
                    "the string value of PreemptionPolicy ("
                            + asked
                            + ") must not be provided in pod spec; priority admission controller"
                            + " computed "
                            + policy
                            + " from the given PriorityClass name");
        }
        if (!complete.has("preemptionPolicy")) {
            complete = complete.with("preemptionPolicy", Json.of(policy));
        }
        if (name.isEmpty() && found != null) {
            complete = complete.with("priorityClassName", found.name());
        }
        return pod.with("spec", complete);
    }

    private static JsonObject kept(Attributes attributes, JsonObject pod) {
        JsonObject old = attributes.live().object("spec");
        JsonObject spec = pod.object("spec");
        for (String name : List.of("priority", "preemptionPolicy")) {
            Json value = old.get(name);
            if (value != null && !spec.has(name)) {
                spec = spec.with(name, value);
            }
        }
        return pod.with("spec", spec);
    }

    private KubeObject named(Attributes attributes, JsonObject pod, String name) {
        KubeObject found = lookup.find(Kinds.PRIORITY_CLASS, "", name);
        if (found == null) {
            throw Refusals.forbidden(
                    attributes, pod, "no PriorityClass with name " + name + " was found");
        }
        return found;
    }

    /// The class that is marked as the default; of several the lowest.
    private @Nullable KubeObject fallback() {
        KubeObject lowest = null;
        for (KubeObject each : lookup.list(Kinds.PRIORITY_CLASS, "")) {
            if (each.tree().bool("globalDefault")
                    && (lowest == null
                            || each.tree().integer("value", 0)
                                    < lowest.tree().integer("value", 0))) {
                lowest = each;
            }
        }
        return lowest;
    }

    /// Only one class may be the default.
    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (attributes.target().kind() != Kinds.PRIORITY_CLASS) {
            return;
        }
        String name = attributes.target().name();
        // Kubernetes guards them only when they are named
        if (attributes.operation() == Operation.DELETE
                && !attributes.call().isOfMany()
                && (name.equals("system-node-critical")
                        || name.equals("system-cluster-critical"))) {
            throw Refusals.forbidden(
                    attributes, object, "this is a system priority class and cannot be deleted");
        }
        if (attributes.operation() == Operation.DELETE || !object.bool("globalDefault")) {
            return;
        }
        KubeObject standard = fallback();
        boolean isNew = attributes.operation() == Operation.CREATE;
        if (standard != null && (isNew || !standard.name().equals(attributes.target().name()))) {
            throw Refusals.forbidden(
                    attributes,
                    object,
                    "PriorityClass "
                            + standard.name()
                            + " is already marked as default. Only one default can exist");
        }
    }
}
