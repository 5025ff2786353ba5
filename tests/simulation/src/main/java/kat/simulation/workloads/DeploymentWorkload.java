package kat.simulation.workloads;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Objects;
import org.jspecify.annotations.Nullable;

/// A Deployment that is scaled and rolled out, also in the middle of a rollout, and in the end kept
/// or deleted.
public final class DeploymentWorkload implements Workload {

    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(40);
    private static final String LABEL = "app";

    private final ObjectKey key;
    private int replicas;
    private int image = 1;
    private @Nullable String deletion; // the propagation with which it was deleted

    public DeploymentWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        replicas = person.number(1, 5);
        person.create(Kinds.DEPLOYMENT, yaml(person.number(1, 2), person.number(0, 1)));
        int steps = person.number(2, 5);
        for (int i = 0; i < steps; i++) {
            person.idle(BETWEEN_STEPS);
            step(person);
        }
        if (person.number(1, 4) == 1) {
            person.idle(BETWEEN_STEPS);
            String how = List.of("Background", "Foreground", "Orphan").get(person.number(0, 2));
            deletion = how;
            person.delete(Kinds.DEPLOYMENT, key, how);
        }
    }

    private void step(Person person) throws InterruptedException {
        if (person.coin()) {
            replicas = person.number(0, 6);
        }
        if (person.coin()) {
            image = person.number(1, 4);
        }
        person.change(Kinds.DEPLOYMENT, key, this::wanted);
    }

    private KubeObject wanted(KubeObject deployment) {
        KubeObject scaled = deployment.withSpec(spec -> spec.with("replicas", replicas));
        return PodTemplate.withImage(scaled, image);
    }

    private String yaml(int surge, int unavailable) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, namespace: %s}
        spec:
          replicas: %d
          selector: {matchLabels: {app: %s}}
          strategy: {rollingUpdate: {maxSurge: %d, maxUnavailable: %d}}
          template: %s
        """
                .formatted(
                        key.name(),
                        key.namespace(),
                        replicas,
                        key.name(),
                        surge,
                        unavailable,
                        PodTemplate.yaml(key.name(), "Always"));
    }

    @Override
    public List<String> complaints(Objects objects) {
        List<String> complaints = new ArrayList<>();
        KubeObject deployment = objects.get("deployments.apps", key);
        List<KubeObject> pods =
                objects.all("pods").stream()
                        .filter(pod -> pod.namespace().equals(key.namespace()))
                        .filter(pod -> pod.label(LABEL).equals(key.name()))
                        .toList();
        if (deletion != null) {
            if (deployment != null) {
                complaints.add(key + " was deleted and is there: " + deployment.tree());
            } else if (!deletion.equals("Orphan") && !pods.isEmpty()) {
                complaints.add(key + " was deleted and has pods: " + pods);
            }
            return complaints;
        }
        if (deployment == null) {
            return List.of(key + " is gone");
        }
        for (KubeObject pod : pods) {
            complaints.addAll(PodTemplate.complaints(pod, pod.key(), image));
        }
        if (pods.size() != replicas) {
            complaints.add("%s has pods %s, wanted %d".formatted(key, pods, replicas));
        }
        for (String count : List.of("replicas", "readyReplicas", "updatedReplicas")) {
            if (deployment.status().integer(count, 0) != replicas) {
                complaints.add(
                        "%s wanted %d, tells %s".formatted(key, replicas, deployment.status()));
            }
        }
        return complaints;
    }
}
