package kat.simulation.workloads;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Objects;
import kat.simulation.cluster.WidgetOperator;

/// A custom resource with an operator: a Widget that is defined, made, changed, deleted, made
/// again, and sometimes goes with its definition.
public final class WidgetWorkload implements Workload {

    private static final Duration BETWEEN_STEPS = Duration.ofSeconds(40);
    private static final ObjectKey DEFINITION = ObjectKey.of("", "widgets.example.com");

    private final ObjectKey key;
    private int size;
    private boolean isThere = true;
    private boolean isDefined = true;

    public WidgetWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        person.create(Kinds.CUSTOM_RESOURCE_DEFINITION, definition());
        size = person.number(0, 3);
        person.create(WidgetOperator.WIDGET, yaml());
        int steps = person.number(1, 5);
        for (int i = 0; i < steps; i++) {
            person.idle(BETWEEN_STEPS);
            step(person);
        }
        if (person.number(1, 4) == 1) {
            person.delete(Kinds.CUSTOM_RESOURCE_DEFINITION, DEFINITION, "");
            isDefined = false;
            isThere = false;
        }
    }

    private void step(Person person) throws InterruptedException {
        if (isThere && person.number(1, 3) < 3) {
            size = person.number(0, 4);
            boolean unused =
                    person.change(
                            WidgetOperator.WIDGET,
                            key,
                            widget -> widget.withSpec(spec -> spec.with("size", size)));
        } else if (isThere) {
            person.delete(WidgetOperator.WIDGET, key, person.coin() ? "Foreground" : "");
            isThere = false;
            while (person.get(WidgetOperator.WIDGET, key) != null) {
                person.idle(BETWEEN_STEPS);
            }
        } else {
            person.create(WidgetOperator.WIDGET, yaml());
            isThere = true;
        }
    }

    private static String definition() {
        return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          names: {kind: Widget, plural: widgets}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {size: {type: integer, minimum: 0}}}
                  status: {type: object, properties: {count: {type: integer}}}
        """;
    }

    private String yaml() {
        return """
        apiVersion: example.com/v1
        kind: Widget
        metadata: {name: %s, namespace: %s}
        spec: {size: %d}
        """
                .formatted(key.name(), key.namespace(), size);
    }

    @Override
    public List<String> complaints(Objects objects) {
        List<String> complaints = new ArrayList<>();
        boolean served =
                objects.get("customresourcedefinitions.apiextensions.k8s.io", DEFINITION) != null;
        KubeObject widget = objects.get("widgets.example.com", key);
        long maps =
                objects.all("configmaps").stream()
                        .filter(map -> map.namespace().equals(key.namespace()))
                        .filter(map -> map.name().startsWith(key.name() + "-"))
                        .count();
        if (served != isDefined || (widget != null) != isThere) {
            complaints.add(
                    "widgets are defined: %b, wanted %b; %s is there: %b, wanted %b"
                            .formatted(served, isDefined, key, widget != null, isThere));
        }
        long told = widget == null ? 0 : widget.status().integer("count", -1);
        long wanted = isThere ? size : 0;
        if (maps != wanted || told != wanted) {
            complaints.add(
                    "%s wanted %d maps, has %d, tells %d".formatted(key, wanted, maps, told));
        }
        return complaints;
    }
}
