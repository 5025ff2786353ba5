package kat.simulation.workloads;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Objects;

/// A StatefulSet that is scaled and given other images.
public final class StatefulSetWorkload implements Workload {

    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(60);

    private final ObjectKey key;
    private int replicas;
    private int image = 1;

    public StatefulSetWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        replicas = person.number(1, 4);
        person.create(Kinds.STATEFUL_SET, yaml(person.coin() ? "OrderedReady" : "Parallel"));
        int steps = person.number(1, 4);
        for (int i = 0; i < steps; i++) {
            person.idle(BETWEEN_STEPS);
            if (person.coin()) {
                replicas = person.number(0, 4);
            } else {
                image = person.number(1, 3);
            }
            person.change(
                    Kinds.STATEFUL_SET,
                    key,
                    set ->
                            PodTemplate.withImage(
                                    set.withSpec(s -> s.with("replicas", replicas)), image));
        }
    }

    private String yaml(String policy) {
        return """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: %s, namespace: %s}
        spec:
          replicas: %d
          podManagementPolicy: %s
          serviceName: %s
          selector: {matchLabels: {app: %s}}
          template: %s
        """
                .formatted(
                        key.name(),
                        key.namespace(),
                        replicas,
                        policy,
                        key.name(),
                        key.name(),
                        PodTemplate.yaml(key.name(), "Always"));
    }

    @Override
    public List<String> complaints(Objects objects) {
        KubeObject set = objects.get("statefulsets.apps", key);
        if (set == null) {
            return List.of(key + " is gone");
        }
        List<String> complaints = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            ObjectKey pod = ObjectKey.of(key.namespace(), key.name() + "-" + i);
            complaints.addAll(PodTemplate.complaints(objects.get("pods", pod), pod, image));
        }
        int owned = objects.ownedBy("pods", set.uid()).size();
        if (owned != replicas || set.status().integer("readyReplicas", 0) != replicas) {
            complaints.add(
                    "%s has %d pods, wanted %d, tells %s"
                            .formatted(key, owned, replicas, set.status()));
        }
        return complaints;
    }
}
