package kat.simulation.workloads;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.simulation.cluster.Objects;

/// A Deployment with a PodDisruptionBudget, and somebody who evicts its pods, as a drain does.
public final class BudgetWorkload implements Workload {

    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(40);
    private static final String LABEL = "app";

    private final ObjectKey key;
    private int replicas;
    private int spared; // pods that must stay, or may go
    private boolean tellsLeast;

    public BudgetWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        replicas = person.number(1, 5);
        spared = person.number(0, 3);
        tellsLeast = person.coin();
        person.create(Kinds.POD_DISRUPTION_BUDGET, budget());
        person.create(Kinds.DEPLOYMENT, deployment());
        int steps = person.number(2, 5);
        for (int i = 0; i < steps; i++) {
            person.idle(BETWEEN_STEPS);
            for (KubeObject pod : person.list(Kinds.POD, key.namespace())) {
                if (pod.label(LABEL).equals(key.name()) && person.coin()) {
                    boolean unused = person.evict(pod.key());
                }
            }
        }
        if (person.coin()) {
            replicas = person.number(1, 5);
            person.change(
                    Kinds.DEPLOYMENT,
                    key,
                    each -> each.withSpec(spec -> spec.with("replicas", replicas)));
        }
    }

    private String budget() {
        return """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: %s, namespace: %s}
        spec: {%s: %d, selector: {matchLabels: {app: %s}}}
        """
                .formatted(
                        key.name(),
                        key.namespace(),
                        tellsLeast ? "minAvailable" : "maxUnavailable",
                        spared,
                        key.name());
    }

    private String deployment() {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, namespace: %s}
        spec:
          replicas: %d
          selector: {matchLabels: {app: %s}}
          template: %s
        """
                .formatted(
                        key.name(),
                        key.namespace(),
                        replicas,
                        key.name(),
                        PodTemplate.yaml(key.name(), "Always"));
    }

    @Override
    public List<String> complaints(Objects objects) {
        KubeObject budget = objects.get("poddisruptionbudgets.policy", key);
        if (budget == null) {
            return List.of("budget " + key + " is gone");
        }
        List<String> complaints = new ArrayList<>();
        long desired = tellsLeast ? spared : Math.max(0, replicas - spared);
        JsonObject status = budget.status();
        boolean counts =
                status.integer("expectedPods", -1) == replicas
                        && status.integer("currentHealthy", -1) == replicas
                        && status.integer("desiredHealthy", -1) == desired
                        && status.integer("disruptionsAllowed", -1)
                                == Math.max(0, replicas - desired);
        if (!counts || !status.object("disruptedPods").isEmpty()) {
            complaints.add(
                    "budget %s of %d pods, %d to stay, tells %s"
                            .formatted(key, replicas, desired, status));
        }
        return complaints;
    }
}
