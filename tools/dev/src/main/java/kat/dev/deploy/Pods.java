package kat.dev.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import kat.api.json.JsonObject;
import kat.dev.build.Patterns;

/// Pods of what was deployed.
public final class Pods {

    private Pods() {}

    /// A running container.
    ///
    /// @param image by which its pod names it
    /// @param id of its runtime; another one after each start
    public record Container(String namespace, String pod, String name, String image, String id) {
        List<String> where() {
            return List.of("-n", namespace, pod, "-c", name);
        }
    }

    /// The running containers of some images in some namespaces, in the order of their names.
    ///
    /// @param namespaces an empty name stands for that of the context
    /// @param images references; none for all images
    public static List<Container> running(
            Kubectl kubectl, SequencedSet<String> namespaces, Collection<String> images)
            throws InterruptedException {
        List<Container> found = new ArrayList<>();
        for (String namespace : namespaces) {
            List<JsonObject> pods =
                    namespace.isEmpty()
                            ? kubectl.list("pods")
                            : kubectl.list("pods", "-n", namespace);
            pods.forEach(pod -> containers(pod, images, found));
        }
        return found;
    }

    private static void containers(
            JsonObject pod, Collection<String> images, List<Container> found) {
        JsonObject metadata = pod.object("metadata");
        if (metadata.has("deletionTimestamp")) {
            return;
        }
        for (JsonObject status : pod.object("status").array("containerStatuses").objects()) {
            if (!status.object("state").has("running")) {
                continue;
            }
            for (JsonObject container : pod.object("spec").array("containers").objects()) {
                boolean isIt = container.string("name").equals(status.string("name"));
                String image = container.string("image");
                if (isIt && (images.isEmpty() || images.contains(image))) {
                    found.add(
                            new Container(
                                    metadata.string("namespace"),
                                    metadata.string("name"),
                                    container.string("name"),
                                    image,
                                    status.string("containerID")));
                }
            }
        }
    }

    /// Those whose pod and container have names of these patterns; empty ones mean all.
    static List<Container> named(List<Container> all, String pod, String container) {
        Pattern pods = Patterns.of(pod.isEmpty() ? "*" : pod);
        Pattern names = Patterns.of(container.isEmpty() ? "*" : container);
        return all.stream()
                .filter(one -> pods.matcher(one.pod()).matches())
                .filter(one -> names.matcher(one.name()).matches())
                .toList();
    }
}
