package kat.simulation.workloads;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Objects;

/// A DaemonSet that is given other images.
public final class DaemonSetWorkload implements Workload {

    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(60);

    private final ObjectKey key;
    private int image = 1;

    public DaemonSetWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        person.create(Kinds.DAEMON_SET, yaml());
        int steps = person.number(0, 2);
        for (int i = 0; i < steps; i++) {
            person.idle(BETWEEN_STEPS);
            image = person.number(1, 3);
            person.change(Kinds.DAEMON_SET, key, set -> PodTemplate.withImage(set, image));
        }
    }

    private String yaml() {
        return """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: %s, namespace: %s}
        spec:
          selector: {matchLabels: {app: %s}}
          template: %s
        """
                .formatted(
                        key.name(),
                        key.namespace(),
                        key.name(),
                        PodTemplate.yaml(key.name(), "Always"));
    }

    @Override
    public List<String> complaints(Objects objects) {
        KubeObject set = objects.get("daemonsets.apps", key);
        if (set == null) {
            return List.of(key + " is gone");
        }
        List<String> complaints = new ArrayList<>();
        List<String> nodes = new ArrayList<>();
        for (KubeObject pod : objects.ownedBy("pods", set.uid())) {
            complaints.addAll(PodTemplate.complaints(pod, pod.key(), image));
            nodes.add(pod.spec().string("nodeName"));
        }
        List<String> wanted = objects.all("nodes").stream().map(KubeObject::name).toList();
        if (!nodes.stream().sorted().toList().equals(wanted)) {
            complaints.add("%s runs on %s of %s".formatted(key, nodes, wanted));
        }
        if (set.status().integer("numberReady", 0) != wanted.size()) {
            complaints.add("%s tells %s".formatted(key, set.status()));
        }
        return complaints;
    }
}
