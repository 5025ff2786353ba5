package kat.dev.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import kat.dev.config.PortForward;
import kat.dev.deploy.Forwards;
import kat.dev.deploy.Kubectl;
import kat.dev.deploy.Pods;

/// A port of this machine for the debugging port of each replica.
///
/// **Threads:** one owner.
public final class Debuggers {

    private final Kubectl kubectl;
    private final Forwards forwards;
    private final SequencedSet<String> namespaces;
    private final SequencedMap<String, Integer> ports;
    private final Map<Pods.Container, Integer> open = new HashMap<>();

    /// @param namespaces in which pods are looked for
    /// @param ports debugging ports inside pods, by references of images
    public Debuggers(
            Kubectl kubectl,
            Forwards forwards,
            SequencedSet<String> namespaces,
            SequencedMap<String, Integer> ports) {
        this.kubectl = kubectl;
        this.forwards = forwards;
        this.namespaces = namespaces;
        this.ports = ports;
    }

    /// Opens ports for pods that are new, and gives those of an image's pods that run.
    ///
    /// @param image its reference
    public List<Integer> of(String image) throws InterruptedException {
        List<Integer> found = new ArrayList<>();
        List<Pods.Container> running = Pods.running(kubectl, namespaces, ports.keySet());
        for (Pods.Container one : running) {
            if (!open.containsKey(one)) {
                String port = String.valueOf(ports.getOrDefault(one.image(), 0));
                open.put(
                        one,
                        forwards.open(
                                new PortForward(
                                        "pod", one.pod(), one.namespace(), port, 0, "127.0.0.1"),
                                ""));
            }
            if (one.image().equals(image)) {
                found.add(open.getOrDefault(one, 0));
            }
        }
        return found;
    }

    /// Opens ports for all pods that are new.
    public void openAll() throws InterruptedException {
        for (String image : ports.keySet()) {
            List<Integer> unused = of(image);
        }
    }
}
