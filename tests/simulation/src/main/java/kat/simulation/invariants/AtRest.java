package kat.simulation.invariants;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonObject;
import kat.simulation.cluster.History;
import kat.simulation.cluster.Objects;

/// What holds once nothing is broken any longer and everybody has done what there was to do.
public final class AtRest {

    private AtRest() {}

    /// What is wrong with a cluster at rest; empty when nothing is.
    public static List<String> complaints(Objects objects) {
        List<String> complaints = new ArrayList<>();
        ownersAreThere(objects, complaints);
        nothingIsHalfDeleted(objects, complaints);
        setsHaveTheirPods(objects, complaints);
        nodesAreReady(objects, complaints);
        podsAreBoundToNodes(objects, complaints);
        return complaints;
    }

    private static void ownersAreThere(Objects objects, List<String> complaints) {
        Set<String> uids = new HashSet<>();
        for (String resource : objects.resources()) {
            objects.all(resource).forEach(object -> uids.add(object.uid()));
        }
        for (String resource : objects.resources()) {
            for (KubeObject object : objects.all(resource)) {
                for (OwnerReference owner : object.ownerReferences()) {
                    if (!uids.contains(owner.uid())) {
                        complaints.add(
                                "%s %s is owned by %s %s, which is gone"
                                        .formatted(
                                                resource,
                                                object.key(),
                                                owner.kind(),
                                                owner.name()));
                    }
                }
            }
        }
    }

    private static void nothingIsHalfDeleted(Objects objects, List<String> complaints) {
        for (String resource : objects.resources()) {
            for (KubeObject object : objects.all(resource)) {
                if (object.isDeleting()) {
                    complaints.add(
                            "%s %s is still being deleted".formatted(resource, object.key()));
                }
                String namespace = object.namespace();
                boolean isHome =
                        namespace.isEmpty()
                                || History.ROUTINE.contains(resource)
                                || objects.get("namespaces", ObjectKey.of("", namespace)) != null;
                if (!isHome) {
                    complaints.add(resource + " " + object.key() + " has no namespace");
                }
            }
        }
    }

    private static void setsHaveTheirPods(Objects objects, List<String> complaints) {
        for (KubeObject set : objects.all("replicasets.apps")) {
            long wanted = set.spec().integer("replicas", 1);
            long live =
                    objects.ownedBy("pods", set.uid()).stream()
                            .filter(pod -> !pod.status().string("phase").equals("Failed"))
                            .count();
            long told = set.status().integer("replicas", 0);
            if (live != wanted || told != wanted) {
                complaints.add(
                        "replicasets.apps %s wants %d pods, has %d, tells %d"
                                .formatted(set.key(), wanted, live, told));
            }
        }
    }

    private static void nodesAreReady(Objects objects, List<String> complaints) {
        for (KubeObject node : objects.all("nodes")) {
            boolean isReady = false;
            for (JsonObject condition : node.status().array("conditions").objects()) {
                isReady |=
                        condition.string("type").equals("Ready")
                                && condition.string("status").equals("True");
            }
            if (!isReady || !node.spec().array("taints").objects().isEmpty()) {
                complaints.add("nodes %s: %s %s".formatted(node.key(), node.spec(), node.status()));
            }
        }
    }

    private static void podsAreBoundToNodes(Objects objects, List<String> complaints) {
        for (KubeObject pod : objects.all("pods")) {
            String node = pod.spec().string("nodeName");
            if (objects.get("nodes", ObjectKey.of("", node)) == null) {
                complaints.add("pods %s is on no node: '%s'".formatted(pod.key(), node));
            }
        }
    }
}
