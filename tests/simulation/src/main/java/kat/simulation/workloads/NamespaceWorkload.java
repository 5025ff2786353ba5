package kat.simulation.workloads;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Objects;

/// A namespace that is filled and deleted as a whole.
public final class NamespaceWorkload implements Workload {

    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(30);

    private final String name;

    public NamespaceWorkload(String name) {
        this.name = name;
    }

    @Override
    public void run(Person person) throws InterruptedException {
        person.create(
                Kinds.NAMESPACE,
                "{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}");
        for (int i = 0; i < person.number(1, 3); i++) {
            person.create(
                    Kinds.CONFIG_MAP,
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d, namespace: %s}}"
                            .formatted(i, name));
        }
        DeploymentWorkload inside = new DeploymentWorkload(name, "inside");
        if (person.coin()) {
            inside.run(person);
        }
        person.idle(BETWEEN_STEPS);
        person.delete(Kinds.NAMESPACE, ObjectKey.of("", name), "");
    }

    @Override
    public List<String> complaints(Objects objects) {
        List<String> left = new ArrayList<>();
        for (String resource : objects.resources()) {
            for (KubeObject object : objects.all(resource)) {
                boolean isIt = resource.equals("namespaces") && object.name().equals(name);
                if (isIt || object.namespace().equals(name)) {
                    left.add(resource + " " + object.key());
                }
            }
        }
        return left.isEmpty() ? left : List.of("namespace " + name + " was deleted, left: " + left);
    }
}
