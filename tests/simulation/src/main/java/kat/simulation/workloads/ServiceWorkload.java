package kat.simulation.workloads;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.simulation.cluster.Objects;

/// A Service before a Deployment that changes; it changes itself, and comes and goes.
public final class ServiceWorkload implements Workload {

    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(40);

    private final ObjectKey key;
    private final DeploymentWorkload behind;
    private int port = 80;
    private boolean isThere = true;

    public ServiceWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
        this.behind = new DeploymentWorkload(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        person.create(Kinds.SERVICE, yaml());
        behind.run(person);
        int steps = person.number(0, 3);
        for (int i = 0; i < steps; i++) {
            step(person);
            person.idle(BETWEEN_STEPS);
        }
    }

    private void step(Person person) throws InterruptedException {
        if (isThere && person.coin()) {
            port = person.number(80, 90);
            person.change(Kinds.SERVICE, key, this::withPort);
        } else if (isThere) {
            person.delete(Kinds.SERVICE, key, "");
            isThere = false;
        } else {
            person.create(Kinds.SERVICE, yaml());
            isThere = true;
        }
    }

    private KubeObject withPort(KubeObject service) {
        JsonObject only = JsonObject.EMPTY.with("port", port);
        return service.withSpec(spec -> spec.with("ports", JsonArray.of(only)));
    }

    private String yaml() {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec: {selector: {app: %s}, ports: [{port: %d}]}
        """
                .formatted(key.name(), key.namespace(), key.name(), port);
    }

    @Override
    public List<String> complaints(Objects objects) {
        List<String> complaints = new ArrayList<>(behind.complaints(objects));
        NavigableMap<String, String> wanted = isThere ? pods(objects) : new TreeMap<>();
        NavigableMap<String, String> inSlices = new TreeMap<>();
        for (KubeObject slice : objects.all("endpointslices.discovery.k8s.io")) {
            boolean isOurs = slice.label("kubernetes.io/service-name").equals(key.name());
            if (isOurs && slice.namespace().equals(key.namespace())) {
                take(slice, inSlices, complaints);
            }
        }
        if (!inSlices.equals(wanted)) {
            complaints.add("slices of %s hold %s, wanted %s".formatted(key, inSlices, wanted));
        }
        NavigableMap<String, String> inEndpoints = endpoints(objects);
        if (!inEndpoints.equals(wanted)) {
            complaints.add(
                    "endpoints of %s hold %s, wanted %s".formatted(key, inEndpoints, wanted));
        }
        return complaints;
    }

    private void take(
            KubeObject slice, NavigableMap<String, String> found, List<String> complaints) {
        JsonArray ports = slice.tree().array("ports");
        boolean isUsed = !slice.tree().array("endpoints").isEmpty();
        if (isUsed && ports.objects().getFirst().integer("port", 0) != port) {
            complaints.add("slice of %s has ports %s, wanted %d".formatted(key, ports, port));
        }
        for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
            if (endpoint.object("conditions").get("ready") == Json.of(true)) {
                String pod = endpoint.object("targetRef").string("name");
                String known = found.put(pod, endpoint.array("addresses").strings().getFirst());
                if (known != null) {
                    complaints.add(pod + " stands twice in slices of " + key);
                }
            }
        }
    }

    private NavigableMap<String, String> endpoints(Objects objects) {
        NavigableMap<String, String> found = new TreeMap<>();
        KubeObject endpoints = objects.get("endpoints", key);
        if (endpoints != null) {
            for (JsonObject subset : endpoints.tree().array("subsets").objects()) {
                for (JsonObject address : subset.array("addresses").objects()) {
                    found.put(address.object("targetRef").string("name"), address.string("ip"));
                }
            }
        }
        return found;
    }

    /// The addresses of the pods that the Service selects, by their names.
    private NavigableMap<String, String> pods(Objects objects) {
        NavigableMap<String, String> found = new TreeMap<>();
        for (KubeObject pod : objects.all("pods")) {
            boolean isOurs = pod.label("app").equals(key.name());
            boolean runs = pod.status().string("phase").equals("Running");
            if (isOurs && runs && pod.namespace().equals(key.namespace())) {
                found.put(pod.name(), pod.status().string("podIP"));
            }
        }
        return found;
    }
}
