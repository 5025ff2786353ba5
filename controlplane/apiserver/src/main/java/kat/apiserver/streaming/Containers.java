package kat.apiserver.streaming;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;

/// Which container of a pod a request means.
///
/// **Source:** `pkg/registry/core/pod/strategy.go`, `podContainerExists`.
final class Containers {

    private Containers() {}

    /// @param asked empty to take the only one
    /// @throws kat.api.StatusException 400 when there is none, or several to choose from
    static String choose(KubeObject pod, String asked) {
        List<String> regular = names(pod, "containers");
        List<String> initial = names(pod, "initContainers");
        if (!asked.isEmpty()) {
            boolean known =
                    regular.contains(asked)
                            || initial.contains(asked)
                            || names(pod, "ephemeralContainers").contains(asked);
            if (!known) {
                throw Status.badRequest(
                                "container " + asked + " is not valid for pod " + pod.name())
                        .asException();
            }
            return asked;
        }
        if (regular.size() == 1) {
            return regular.getFirst();
        }
        List<String> all = new ArrayList<>(initial);
        all.addAll(regular);
        all.addAll(names(pod, "ephemeralContainers"));
        throw Status.badRequest(
                        "a container name must be specified for pod "
                                + pod.name()
                                + ", choose one of: ["
                                + String.join(" ", all)
                                + "]")
                .asException();
    }

    private static List<String> names(KubeObject pod, String group) {
        List<String> names = new ArrayList<>();
        for (JsonObject container : pod.spec().array(group).objects()) {
            names.add(container.string("name"));
        }
        return names;
    }

    /// @throws kat.api.StatusException 400 when the pod has no node yet
    static void requireNode(KubeObject pod) {
        if (pod.spec().string("nodeName").isEmpty()) {
            throw Status.badRequest("pod " + pod.name() + " does not have a host assigned")
                    .asException();
        }
    }
}
