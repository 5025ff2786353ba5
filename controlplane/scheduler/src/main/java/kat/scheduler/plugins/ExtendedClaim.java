package kat.scheduler.plugins;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.Quantity;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.scheduler.ExtendedResources;
import kat.scheduler.PodInfo;
import org.jspecify.annotations.Nullable;

/// The claim that stands for extended resources of a pod's containers on a node.
///
/// An init container that ends uses devices of those that start later, as far as there are
/// enough of them; of all such init containers the largest rest counts.
///
/// @param claim as it is to be created
/// @param mappings which request of the claim each container uses for which resource
///
/// **Source:** kube-scheduler `extendeddynamicresources.go`, `createRequestsAndMappings`.
record ExtendedClaim(KubeObject claim, List<JsonObject> mappings) {

    ExtendedClaim {
        mappings = List.copyOf(mappings);
    }

    private record Container(int index, JsonObject tree, boolean ends) {

        String name() {
            return tree.string("name");
        }

        JsonObject requests() {
            return tree.object("resources").object("requests");
        }

        long count(String resource) {
            Quantity amount = Quantity.tryParse(requests().string(resource, "0"));
            return amount == null ? 0 : amount.wholeUnits();
        }

        JsonObject uses(String resource, String request) {
            return JsonObject.builder()
                    .put("containerName", name())
                    .put("resourceName", resource)
                    .put("requestName", request)
                    .build();
        }

        String requestName(String resource) {
            int place = new TreeSet<>(requests().names()).headSet(resource).size();
            return "container-" + index + "-request-" + place;
        }
    }

    private record Request(int container, String name, String type, long count) {

        JsonObject toJson() {
            JsonObject exactly =
                    JsonObject.builder()
                            .put("deviceClassName", type)
                            .put("allocationMode", "ExactCount")
                            .put("count", count)
                            .build();
            return JsonObject.EMPTY.with("name", name).with("exactly", exactly);
        }
    }

    /// @param resources that devices stand for on the node, sorted
    static ExtendedClaim of(PodInfo pod, List<String> resources, ExtendedResources classes) {
        List<Container> containers = containers(pod);
        List<Request> requests = new ArrayList<>();
        List<JsonObject> mappings = new ArrayList<>();
        for (String resource : resources) {
            String type = classes.classOf(resource);
            if (type != null) {
                add(resource, type, containers, requests, mappings);
            }
        }
        requests.sort(Comparator.comparing(Request::name));
        JsonArray told =
                new JsonArray(List.copyOf(requests.stream().map(Request::toJson).toList()));
        return new ExtendedClaim(claim(pod.object(), told), mappings);
    }

    private static List<Container> containers(PodInfo pod) {
        List<Container> containers = new ArrayList<>();
        JsonObject spec = pod.object().spec();
        for (JsonObject each : spec.array("initContainers").objects()) {
            boolean ends = !each.string("restartPolicy").equals("Always");
            containers.add(new Container(containers.size(), each, ends));
        }
        for (JsonObject each : spec.array("containers").objects()) {
            containers.add(new Container(containers.size(), each, false));
        }
        return containers;
    }

    private static void add(
            String resource,
            String type,
            List<Container> containers,
            List<Request> requests,
            List<JsonObject> mappings) {
        List<Request> lasting = new ArrayList<>();
        for (Container each : containers) {
            if (!each.ends() && each.count(resource) > 0) {
                String name = each.requestName(resource);
                lasting.add(new Request(each.index(), name, type, each.count(resource)));
                mappings.add(each.uses(resource, name));
            }
        }
        Request largest = null;
        List<JsonObject> ending = new ArrayList<>();
        Set<String> own = new HashSet<>();
        for (Container each : containers) {
            if (each.ends() && each.count(resource) > 0) {
                Request rest = rest(each, resource, type, lasting, ending);
                if (rest != null) {
                    own.add(rest.name());
                    largest = largest == null || largest.count() < rest.count() ? rest : largest;
                }
            }
        }
        for (JsonObject each : ending) {
            mappings.add(
                    largest != null && own.contains(each.string("requestName"))
                            ? each.with("requestName", largest.name())
                            : each);
        }
        if (largest != null) {
            requests.add(largest);
        }
        requests.addAll(lasting);
    }

    /// What an init container needs beyond the devices of those that start later.
    private static @Nullable Request rest(
            Container container,
            String resource,
            String type,
            List<Request> lasting,
            List<JsonObject> mappings) {
        long left = container.count(resource);
        for (Request later : lasting) {
            if (later.container() >= container.index() && left > 0) {
                mappings.add(container.uses(resource, later.name()));
                left -= later.count();
            }
        }
        if (left <= 0) {
            return null;
        }
        String name = container.requestName(resource);
        mappings.add(container.uses(resource, name));
        return new Request(container.index(), name, type, left);
    }

    private static KubeObject claim(KubeObject pod, JsonArray requests) {
        OwnerReference owner = new OwnerReference("v1", "Pod", pod.name(), pod.uid(), true, false);
        JsonObject metadata =
                JsonObject.builder()
                        .put("generateName", pod.name() + "-extended-resources-")
                        .put("namespace", pod.namespace())
                        .put(
                                "annotations",
                                JsonObject.EMPTY.with(ExtendedResources.ANNOTATION, "true"))
                        .put("ownerReferences", JsonArray.of(owner.toJson()))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "resource.k8s.io/v1")
                        .put("kind", "ResourceClaim")
                        .put("metadata", metadata)
                        .put("spec", JsonObject.EMPTY.withAt(requests, "devices", "requests"))
                        .build());
    }
}
