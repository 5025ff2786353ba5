package kat.api.validation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The rules for what an update may do to a pod.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`.
final class PodUpdateRules {

    /// What an update may change, in the message's order.
    private static final String CHANGEABLE =
            "`spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
                    + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
                    + " if it was previously negative)";
    private static final String REQUIRED_AFFINITY =
            "requiredDuringSchedulingIgnoredDuringExecution";

    private PodUpdateRules() {}

    static void update(Node pod, JsonObject before) {
        Node spec = pod.child("spec");
        JsonObject old = before.object("spec");
        PodRules.check(pod);
        Node annotations = pod.child("metadata", "annotations");
        PodAnnotationRules.update(annotations, before.object("metadata").object("annotations"));
        PodAnnotationRules.check(annotations, spec);
        if (!images(spec.child("containers"), old) || !images(spec.child("initContainers"), old)) {
            return;
        }
        if (!deadline(spec.child("activeDeadlineSeconds"), old)) {
            return;
        }
        tolerationsOnlyAdded(spec.child("tolerations"), old.array("tolerations"));
        PlacementRules.tolerations(spec.child("tolerations"));
        gatesOnlyRemoved(spec.child("schedulingGates"), old.array("schedulingGates"));
        if (spec.object().equals(old)) {
            return;
        }
        if (!old.array("schedulingGates").isEmpty()) {
            placementOnlyAdded(spec, old);
        }
        JsonObject munged = munged(spec.object(), old);
        if (!munged.equals(old)) {
            spec.forbidden(
                    "pod updates may not change fields other than "
                            + CHANGEABLE
                            + "\n"
                            + Difference.between(old, munged));
        }
    }

    /// @return whether the list has as many containers as before
    private static boolean images(Node containers, JsonObject old) {
        if (containers.list().size() != old.array(containers.name()).size()) {
            containers.forbidden("pod updates may not add or remove containers");
            return false;
        }
        for (Node container : containers.items()) {
            container.child("image").requireNotEmpty();
            ContainerRules.unpadded(container.child("image"));
        }
        return true;
    }

    private static boolean deadline(Node deadline, JsonObject old) {
        if (deadline.isSet()) {
            deadline.between(0, Integer.MAX_VALUE);
            if (deadline.integer() < 0 || deadline.integer() > Integer.MAX_VALUE) {
                return false;
            }
            if (old.has("activeDeadlineSeconds")
                    && old.integer("activeDeadlineSeconds", 0) < deadline.integer()) {
                deadline.invalid("must be less than or equal to previous value");
                return false;
            }
        } else if (old.has("activeDeadlineSeconds")) {
            deadline.invalid("must not update from a positive integer to nil value");
        }
        return true;
    }

    private static void tolerationsOnlyAdded(Node tolerations, JsonArray before) {
        List<Json> kept = new ArrayList<>();
        tolerations.list().objects().forEach(each -> kept.add(each.without("tolerationSeconds")));
        for (JsonObject old : before.objects()) {
            if (!kept.contains(old.without("tolerationSeconds"))) {
                tolerations.forbidden(
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static void gatesOnlyRemoved(Node gates, JsonArray before) {
        Set<String> known = new LinkedHashSet<>();
        before.objects().forEach(gate -> known.add(gate.string("name")));
        for (Node gate : gates.items()) {
            String name = gate.child("name").text();
            if (!known.contains(name)) {
                gate.child("name")
                        .forbidden(
                                "only deletion is allowed, but found new scheduling gate '"
                                        + name
                                        + "'");
            }
        }
    }

    /// A pod that waits for its gates may have its choice of nodes narrowed.
    private static void placementOnlyAdded(Node spec, JsonObject old) {
        Node selector = spec.child("nodeSelector");
        for (String name : old.object("nodeSelector").names()) {
            Json now = selector.object().get(name);
            if (now == null || !now.equals(old.object("nodeSelector").get(name))) {
                selector.with(selector.object())
                        .invalid(
                                "only additions to spec.nodeSelector are allowed (no mutations or"
                                        + " deletions)");
                break;
            }
        }
        JsonArray terms =
                old.object("affinity")
                        .object("nodeAffinity")
                        .object(REQUIRED_AFFINITY)
                        .array("nodeSelectorTerms");
        Node now = spec.child("affinity", "nodeAffinity", REQUIRED_AFFINITY, "nodeSelectorTerms");
        if (terms.isEmpty()) {
            return;
        }
        if (terms.size() != now.list().size()) {
            now.with(now.list())
                    .invalid(
                            "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
            return;
        }
        for (int i = 0; i < terms.size(); i++) {
            if (!narrows(now.index(i).object(), terms.objects().get(i))) {
                now.index(i).invalid("only additions are allowed (no mutations or deletions)");
            }
        }
    }

    private static boolean narrows(JsonObject term, JsonObject old) {
        boolean empty = true;
        for (String field : List.of("matchExpressions", "matchFields")) {
            JsonArray before = old.array(field);
            JsonArray after = term.array(field);
            empty &= before.isEmpty();
            boolean starts =
                    after.size() >= before.size()
                            && after.items().subList(0, before.size()).equals(before.items());
            if (!starts) {
                return false;
            }
        }
        boolean grows =
                !term.array("matchExpressions").isEmpty() || !term.array("matchFields").isEmpty();
        return !empty || !grows;
    }

    /// The new spec with all that may change as it was.
    private static JsonObject munged(JsonObject spec, JsonObject old) {
        JsonObject result = spec;
        for (String list : List.of("containers", "initContainers")) {
            if (result.has(list)) {
                result = result.with(list, withImagesOf(result.array(list), old.array(list)));
            }
        }
        for (String field : List.of("activeDeadlineSeconds", "tolerations", "schedulingGates")) {
            result = withFieldOf(result, old, field);
        }
        if (!old.array("schedulingGates").isEmpty()) {
            result = withFieldOf(result, old, "nodeSelector");
            JsonObject affinity =
                    withFieldOf(result.object("affinity"), old.object("affinity"), "nodeAffinity");
            result =
                    affinity.isEmpty() && !old.has("affinity")
                            ? result.without("affinity")
                            : result.with("affinity", affinity);
        }
        boolean ends =
                old.integer("terminationGracePeriodSeconds", 0) < 0
                        && spec.integer("terminationGracePeriodSeconds", 0) == 1;
        return ends ? withFieldOf(result, old, "terminationGracePeriodSeconds") : result;
    }

    private static JsonObject withFieldOf(JsonObject spec, JsonObject old, String field) {
        Json before = old.get(field);
        return before == null ? spec.without(field) : spec.with(field, before);
    }

    private static JsonArray withImagesOf(JsonArray containers, JsonArray before) {
        List<Json> result = new ArrayList<>();
        for (int i = 0; i < containers.size(); i++) {
            Json container = containers.get(i);
            boolean both = container instanceof JsonObject && before.get(i) instanceof JsonObject;
            result.add(
                    both
                            ? withFieldOf(
                                    (JsonObject) container, (JsonObject) before.get(i), "image")
                            : container);
        }
        return new JsonArray(result);
    }

    /// What the subresource for ephemeral containers may do.
    static void ephemeralContainers(Node pod, JsonObject before) {
        if (PodAnnotationRules.isMirror(before.object("metadata"))) {
            pod.at("[]").forbidden("static pods do not support ephemeral containers");
            return;
        }
        PodRules.check(pod);
        Node containers = pod.child("spec", "ephemeralContainers");
        for (JsonObject old : before.object("spec").array("ephemeralContainers").objects()) {
            JsonObject now = null;
            for (JsonObject each : containers.list().objects()) {
                now = each.string("name").equals(old.string("name")) ? each : now;
            }
            String name = Json.of(old.string("name")).toString();
            if (now == null) {
                containers.forbidden(
                        "existing ephemeral containers " + name + " may not be removed\n");
            } else if (!now.equals(old)) {
                containers.forbidden(
                        "existing ephemeral containers "
                                + name
                                + " may not be changed\n"
                                + Difference.between(old, now));
            }
        }
    }
}
