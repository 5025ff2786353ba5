package kat.monitoring;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.api.selector.SelectorException;
import kat.client.ClusterView;

/// Which objects a monitor means.
final class Selection {

    private Selection() {}

    /// @param spec with `selector` and `namespaceSelector`
    /// @param own the monitor's namespace, which is meant where none is named
    /// @throws InvalidException when the selector is none
    static List<KubeObject> of(ClusterView view, Kind kind, Fields spec, String own) {
        JsonObject selector = spec.object("selector");
        LabelSelector labels;
        try {
            labels = LabelSelector.parse(selector);
        } catch (SelectorException e) {
            throw new InvalidException(spec.path("selector"), String.valueOf(e.getMessage()));
        }
        JsonObject where = spec.object("namespaceSelector");
        List<String> namespaces = where.array("matchNames").strings();
        if (where.bool("any")) {
            namespaces = List.of("");
        } else if (namespaces.isEmpty()) {
            namespaces = List.of(own);
        }
        List<KubeObject> found = new ArrayList<>();
        for (String namespace : namespaces) {
            for (KubeObject object : view.list(kind, namespace)) {
                if (selector.isEmpty() || labels.matches(object.labels())) {
                    found.add(object);
                }
            }
        }
        return found;
    }
}
