package kat.dev.loop;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import kat.dev.deploy.Forwards;
import kat.dev.deploy.Kubectl;
import kat.dev.deploy.Pods;

/// Ports of this machine for the debugging port of each replica, and for that by which its
/// program is started again in place.
///
/// **Threads:** one owner.
public final class Debuggers {

    private final Kubectl kubectl;
    private final Forwards forwards;
    private final SequencedSet<String> namespaces;
    private final SequencedMap<String, Ports> ports;
    private final Map<Place, Ports> open = new HashMap<>();

    /// Ports of a program, inside its pod or those of this machine that lead to them.
    ///
    /// @param restart 0 for a program that is not started again in place
    public record Ports(int debug, int restart) {
        private List<Integer> all() {
            return restart == 0 ? List.of(debug) : List.of(debug, restart);
        }
    }

    /// A container whichever start of it runs: forwards outlive starts.
    private record Place(String namespace, String pod, String name, String image) {}

    /// @param namespaces in which pods are looked for
    /// @param ports those inside pods, by references of images
    public Debuggers(
            Kubectl kubectl,
            Forwards forwards,
            SequencedSet<String> namespaces,
            SequencedMap<String, Ports> ports) {
        this.kubectl = kubectl;
        this.forwards = forwards;
        this.namespaces = namespaces;
        this.ports = ports;
    }

    /// Opens ports for pods that are new, and gives those of an image's pods that run.
    ///
    /// @param image its reference
    /// @return by the names of pods and the ids of containers
    public SequencedMap<String, Ports> of(String image) throws InterruptedException {
        SequencedMap<String, Ports> found = new LinkedHashMap<>();
        for (Pods.Container one : Pods.running(kubectl, namespaces, ports.keySet())) {
            Ports inside = ports.get(one.image());
            if (inside == null) {
                continue;
            }
            Place place = new Place(one.namespace(), one.pod(), one.name(), one.image());
            Ports here = open.get(place);
            if (here == null) {
                List<Integer> local = forwards.open(one.namespace(), one.pod(), inside.all());
                here = new Ports(local.getFirst(), inside.restart() == 0 ? 0 : local.getLast());
                open.put(place, here);
            }
            if (one.image().equals(image)) {
                found.put(one.pod() + "/" + one.name() + " " + one.id(), here);
            }
        }
        return found;
    }

    /// Opens ports for all pods that are new.
    public void openAll() throws InterruptedException {
        for (String image : ports.keySet()) {
            SequencedMap<String, Ports> unused = of(image);
        }
    }
}
