package kat.api.strategy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Takes out of an object the fields that Kubernetes 1.36 knows but does not serve: they belong to
/// features that are off by default, and it drops them without a word.
///
/// A field of a feature that a cluster may switch on stays while that is on, and in an object
/// that has it already: the feature may have been switched off since.
///
/// **Source:** the `dropDisabledFields` of the strategies in Kubernetes' registries.
final class Ungated {

    private static final String ITEMS = "[]";

    private static final String VALUES = "*";

    /// Behind a field that goes when nothing is left in it.
    private static final String EMPTY = "{}";

    private static final List<String> POD_FIELDS =
            List.of(
                    "schedulingGroup",
                    "containers.[].lifecycle{}.stopSignal",
                    "initContainers.[].lifecycle{}.stopSignal",
                    "ephemeralContainers.[].lifecycle{}.stopSignal",
                    "volumes.[].projected.sources.[].clusterTrustBundle",
                    "volumes.[].projected.sources.[].podCertificate");

    /// Where kinds that hold a pod hold it.
    private static final Map<String, String> PODS =
            Map.of(
                    "pods", "spec",
                    "podtemplates", "template.spec",
                    "replicationcontrollers", "spec.template.spec",
                    "deployments.apps", "spec.template.spec",
                    "replicasets.apps", "spec.template.spec",
                    "statefulsets.apps", "spec.template.spec",
                    "daemonsets.apps", "spec.template.spec",
                    "jobs.batch", "spec.template.spec",
                    "cronjobs.batch", "spec.jobTemplate.spec.template.spec");

    private static final Map<String, List<String>> FIELDS =
            Map.of(
                    "pods",
                    List.of(
                            "status.nodeAllocatableResourceClaimStatuses",
                            "status.containerStatuses.[].volumeMounts.[].volumeStatus",
                            "status.initContainerStatuses.[].volumeMounts.[].volumeStatus",
                            "status.ephemeralContainerStatuses.[].volumeMounts.[].volumeStatus"),
                    "nodes",
                    List.of("spec.configSource", "status.config"),
                    "csidrivers.storage.k8s.io",
                    List.of("spec.preventPodSchedulingIfMissing"),
                    "leases.coordination.k8s.io",
                    List.of("spec.strategy", "spec.preferredHolder"),
                    "endpointslices.discovery.k8s.io",
                    List.of("endpoints.[].deprecatedTopology"),
                    "resourceslices.resource.k8s.io",
                    List.of(
                            "spec.devices.[].nodeAllocatableResourceMappings",
                            "spec.devices.[].attributes.*.bools",
                            "spec.devices.[].attributes.*.ints",
                            "spec.devices.[].attributes.*.strings",
                            "spec.devices.[].attributes.*.versions"));

    private static final Map<String, List<List<String>>> PATHS = paths();

    /// By resource: the gate, then the path of the field.
    private static final Map<String, List<String>> SWITCHED =
            Map.of(
                    "statefulsets.apps",
                    List.of(
                            FeatureGates.MAX_UNAVAILABLE_STATEFUL_SET,
                            "spec",
                            "updateStrategy",
                            "rollingUpdate",
                            "maxUnavailable"));

    private Ungated() {}

    private static Map<String, List<List<String>>> paths() {
        Map<String, List<List<String>>> paths = new LinkedHashMap<>();
        PODS.forEach(
                (kind, pod) ->
                        paths.put(
                                kind,
                                POD_FIELDS.stream()
                                        .map(field -> steps(pod + "." + field))
                                        .toList()));
        FIELDS.forEach(
                (kind, fields) ->
                        paths.merge(
                                kind,
                                fields.stream().map(Ungated::steps).toList(),
                                (first, second) -> {
                                    List<List<String>> both = new ArrayList<>(first);
                                    both.addAll(second);
                                    return List.copyOf(both);
                                }));
        return Map.copyOf(paths);
    }

    private static List<String> steps(String path) {
        return List.of(path.split("\\."));
    }

    /// @param old what is stored, empty for a new object
    static JsonObject drop(Kind kind, JsonObject object, JsonObject old, FeatureGates gates) {
        JsonObject left = object;
        for (List<String> path : PATHS.getOrDefault(kind.resource(), List.of())) {
            left = without(left, path);
        }
        List<String> switched = SWITCHED.getOrDefault(kind.resource(), List.of());
        if (switched.isEmpty() || gates.on().contains(switched.getFirst())) {
            return left;
        }
        List<String> path = switched.subList(1, switched.size());
        boolean isUsed = !without(old, path).equals(old);
        return isUsed ? left : without(left, path);
    }

    private static JsonObject without(JsonObject object, List<String> path) {
        boolean ifEmpty = path.getFirst().endsWith(EMPTY);
        String name = path.getFirst().replace(EMPTY, "");
        Json value = object.get(name);
        if (value == null) {
            return object;
        }
        if (path.size() == 1) {
            return object.without(name);
        }
        List<String> rest = path.subList(1, path.size());
        return switch (value) {
            case JsonObject inner when rest.getFirst().equals(VALUES) ->
                    kept(object, name, inner, withoutValues(inner, rest.subList(1, rest.size())));
            case JsonObject inner -> {
                JsonObject left = without(inner, rest);
                boolean goes = ifEmpty && left.isEmpty() && !inner.isEmpty();
                yield goes ? object.without(name) : kept(object, name, inner, left);
            }
            case JsonArray array when rest.getFirst().equals(ITEMS) ->
                    kept(object, name, array, withoutItems(array, rest.subList(1, rest.size())));
            default -> object;
        };
    }

    private static Json withoutItems(JsonArray array, List<String> path) {
        return array.map(item -> item instanceof JsonObject each ? without(each, path) : item);
    }

    private static Json withoutValues(JsonObject map, List<String> path) {
        return map.map(
                (_, value) -> value instanceof JsonObject each ? without(each, path) : value);
    }

    private static JsonObject kept(JsonObject object, String name, Json before, Json after) {
        return after.equals(before) ? object : object.with(name, after);
    }
}
