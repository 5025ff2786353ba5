package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.kubelet.PodRuntime.Known;

/// Which running containers have other resources than their pod asks for, since they were changed
/// after the start.
///
/// **Source:** KEP-1287 (in-place update of pod resources); `computePodResizeAction` in
/// `pkg/kubelet/kuberuntime`.
final class Resizes {

    private static final List<String> LISTS = List.of("containers", "initContainers");

    private Resizes() {}

    /// A container and what it should have.
    ///
    /// @param actual what it has
    /// @param restart whether it asks to be started anew for such a change
    record Resize(Known known, JsonObject container, JsonObject actual, boolean restart) {}

    static List<Resize> of(PodDecisions.View view) {
        List<Resize> wanted = new ArrayList<>();
        for (Known known : view.runtime().running()) {
            JsonObject actual = view.memory().resources().get(known.id());
            JsonObject container = find(view.pod(), known.name());
            if (actual != null && !container.isEmpty()) {
                JsonObject desired = resources(container);
                if (!desired.equals(actual)) {
                    boolean restart = restart(container, actual, desired);
                    wanted.add(new Resize(known, container, actual, restart));
                }
            }
        }
        return wanted;
    }

    /// Requests and limits; what else `resources` holds cannot be changed.
    static JsonObject resources(JsonObject container) {
        JsonObject resources = container.object("resources");
        JsonObject kept = JsonObject.EMPTY;
        for (String part : List.of("limits", "requests")) {
            if (!resources.object(part).isEmpty()) {
                kept = kept.with(part, resources.object(part));
            }
        }
        return kept;
    }

    private static JsonObject find(KubeObject pod, String name) {
        for (String list : LISTS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                if (container.string("name").equals(name)) {
                    return container;
                }
            }
        }
        return JsonObject.EMPTY;
    }

    private static boolean restart(JsonObject container, JsonObject actual, JsonObject desired) {
        for (JsonObject policy : container.array("resizePolicy").objects()) {
            boolean asks = policy.string("restartPolicy").equals("RestartContainer");
            String resource = policy.string("resourceName");
            for (String part : Set.of("limits", "requests")) {
                String before = actual.object(part).string(resource);
                if (asks && !before.equals(desired.object(part).string(resource))) {
                    return true;
                }
            }
        }
        return false;
    }
}
