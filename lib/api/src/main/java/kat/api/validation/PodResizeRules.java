package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import kat.api.QualityOfService;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The rules for what a resize may do to a running pod: change how much of cpu and memory it
/// and its containers ask for and may take.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`.
final class PodResizeRules {

    private static final List<String> AMOUNTS = List.of("limits", "requests");
    private static final List<String> LISTS = List.of("initContainers", "containers");
    private static final String ONLY = "only cpu and memory resources are mutable";

    private PodResizeRules() {}

    static void check(Node pod, JsonObject before) {
        if (PodAnnotationRules.isMirror(before.object("metadata"))) {
            pod.at("[]").forbidden("static pods cannot be resized");
            return;
        }
        JsonObject old = before.object("spec");
        if (old.object("os").string("name").equals("windows")) {
            pod.at("[]").forbidden("windows pods cannot be resized");
            return;
        }
        PodRules.check(pod);
        Node spec = pod.child("spec");
        String was = QualityOfService.of(old);
        if (!was.equals(QualityOfService.of(spec.object()))) {
            spec.invalidText(
                    pod.child("status", "qosClass").text(),
                    "Pod QOS Class may not change as a result of resizing");
        }
        if (!isSupported(before)) {
            spec.forbidden("Pod running on node without support for resize");
        }
        JsonObject munged = podLevel(spec, old);
        if (!sameContainers(spec, old)) {
            return;
        }
        for (String list : LISTS) {
            List<JsonObject> previous = old.array(list).objects();
            for (int i = 0; i < previous.size(); i++) {
                removed(spec.child(list).index(i).child("resources"), previous.get(i));
            }
        }
        unchanged(spec, munged, old);
    }

    /// Checks what the pod asks for as a whole.
    ///
    /// @return the spec with cpu and memory of the pod as they were
    private static JsonObject podLevel(Node spec, JsonObject old) {
        JsonObject now = spec.object();
        if (!now.has("resources")) {
            if (old.has("resources")) {
                spec.child("resources").forbidden("pod-level resources cannot be removed");
            }
            return now;
        }
        for (String field : List.of("requests", "limits")) {
            JsonObject before = old.object("resources").object(field);
            if (isRemoved(now.object("resources").object(field), before)) {
                spec.child("resources")
                        .child(field)
                        .forbidden("pod-level resource " + field + " cannot be removed");
            }
        }
        JsonObject munged = withAmountsOf(now, old, now.object("resources"));
        if (!munged.object("resources").equals(old.object("resources"))) {
            spec.forbidden(ONLY + " at pod-level");
        }
        return munged;
    }

    private static boolean isRemoved(JsonObject now, JsonObject before) {
        return !now.names().containsAll(before.names());
    }

    private static boolean isSidecar(JsonObject container) {
        return container.string("restartPolicy").equals("Always");
    }

    private static boolean isSupported(JsonObject pod) {
        for (JsonObject status : pod.object("status").array("containerStatuses").objects()) {
            if (status.object("state").has("running")) {
                return status.has("resources");
            }
        }
        return true;
    }

    private static boolean sameContainers(Node spec, JsonObject old) {
        int before = spec.faultCount();
        for (String list : List.of("containers", "initContainers")) {
            List<JsonObject> previous = old.array(list).objects();
            Node now = spec.child(list);
            if (previous.size() != now.list().size()) {
                now.forbidden(list + " may not be added or removed on resize");
                continue;
            }
            for (int i = 0; i < previous.size(); i++) {
                Node name = now.index(i).child("name");
                if (!name.text().equals(previous.get(i).string("name"))) {
                    name.forbidden(list + " may not be renamed or reordered on resize");
                }
            }
        }
        return spec.faultCount() == before;
    }

    private static void removed(Node resources, JsonObject container) {
        for (String field : List.of("requests", "limits")) {
            JsonObject was = container.object("resources").object(field);
            if (isRemoved(resources.child(field).object(), was)) {
                resources.child(field).forbidden("resource " + field + " cannot be removed");
            }
        }
    }

    private static void unchanged(Node spec, JsonObject withPodLevel, JsonObject old) {
        JsonObject munged = withPodLevel;
        for (String list : LISTS) {
            if (munged.has(list)) {
                munged = munged.with(list, withAmountsOf(spec, list, old));
            }
        }
        if (spec.faultCount() == 0 && !munged.equals(old)) {
            spec.forbidden(ONLY);
        }
    }

    /// The containers with cpu and memory as they were, each reported that is another even so.
    private static JsonArray withAmountsOf(Node spec, String list, JsonObject old) {
        List<Json> result = new ArrayList<>();
        List<JsonObject> previous = old.array(list).objects();
        for (int i = 0; i < previous.size(); i++) {
            JsonObject was = previous.get(i);
            JsonObject now = spec.child(list).index(i).object();
            boolean isInit = list.equals("initContainers");
            JsonObject munged = withAmountsOf(now, was, now.object("resources").without("claims"));
            if (!munged.equals(was)) {
                if (isInit) {
                    spec.child(list)
                            .index(i)
                            .forbidden(
                                    "only cpu and memory resources for init or sidecar containers"
                                            + " are mutable");
                } else {
                    spec.forbidden(ONLY);
                }
            }
            if (isInit && !isSidecar(was) && !now.equals(was)) {
                requireNoRestart(spec.child(list).index(i));
            }
            result.add(munged);
        }
        return new JsonArray(result);
    }

    private static void requireNoRestart(Node container) {
        for (JsonObject policy : container.object().array("resizePolicy").objects()) {
            if (policy.string("restartPolicy").equals("RestartContainer")) {
                container.forbidden(
                        "non-sidecar init containers with a resize policy of RestartContainer"
                                + " cannot be resized");
            }
        }
    }

    /// `holder` with `resources`, whose cpu and memory are as they were.
    private static JsonObject withAmountsOf(
            JsonObject holder, JsonObject was, JsonObject resources) {
        JsonObject munged = resources;
        for (String field : AMOUNTS) {
            JsonObject amounts = munged.object(field);
            JsonObject previous = was.object("resources").object(field);
            for (String name : List.of("cpu", "memory")) {
                Json value = previous.get(name);
                amounts = value == null ? amounts.without(name) : amounts.with(name, value);
            }
            munged =
                    amounts.isEmpty() && !was.object("resources").has(field)
                            ? munged.without(field)
                            : munged.with(field, amounts);
        }
        return munged.isEmpty() && !was.has("resources")
                ? holder.without("resources")
                : holder.with("resources", munged);
    }
}
