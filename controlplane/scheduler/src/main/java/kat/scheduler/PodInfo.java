package kat.scheduler;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.placement.NodeAffinityTerms;
import kat.api.placement.Toleration;

/// What the scheduler needs of a pod, read once a version.
///
/// @param object the pod
/// @param requests what it asks for in all, as the resource model of pods adds it up
/// @param scoring the same, with an assumed amount for each container that asks for nothing
/// @param ports on the host
/// @param tolerations of the pod
/// @param affinity the part about nodes
/// @param gates names of its scheduling gates
/// @param terms the part about other pods
/// @param priority larger goes first
/// @param likeness what others' selectors see of it
public record PodInfo(
        KubeObject object,
        Resources requests,
        Resources scoring,
        List<HostPort> ports,
        List<Toleration> tolerations,
        NodeAffinityTerms affinity,
        PodTerms terms,
        List<String> gates,
        long priority,
        Likeness likeness) {

    public PodInfo {
        ports = List.copyOf(ports);
        tolerations = List.copyOf(tolerations);
        gates = List.copyOf(gates);
    }

    /// A port of the machine that only one pod can have.
    ///
    /// @param ip of the machine; `0.0.0.0` for all
    public record HostPort(String protocol, String ip, long port) {

        public boolean clashesWith(HostPort other) {
            boolean sameAddress =
                    ip.equals(other.ip) || ip.equals("0.0.0.0") || other.ip.equals("0.0.0.0");
            return port == other.port && protocol.equals(other.protocol) && sameAddress;
        }
    }

    public static PodInfo of(KubeObject pod) {
        return pod.view(PodInfo.class, PodInfo::parse);
    }

    public ObjectKey key() {
        return object.key();
    }

    String uid() {
        return object.uid();
    }

    /// The same pod with an equal likeness, so that many pods have one in common.
    PodInfo sharing(Likeness equal) {
        return new PodInfo(
                object,
                requests,
                scoring,
                ports,
                tolerations,
                affinity,
                terms,
                gates,
                priority,
                equal);
    }

    /// Empty while it has none.
    public String nodeName() {
        return object.spec().string("nodeName");
    }

    /// The node that the pod is expected on, as its status says; empty for none.
    String nominatedNode() {
        return nominatedNode(object);
    }

    static String nominatedNode(KubeObject pod) {
        return pod.status().string("nominatedNodeName");
    }

    /// Whether the scheduler sends the pod away for another.
    boolean isPreempted() {
        return object.isDeleting()
                && object.status().array("conditions").objects().stream()
                        .anyMatch(
                                each ->
                                        each.string("type").equals("DisruptionTarget")
                                                && each.string("status").equals("True")
                                                && each.string("reason")
                                                        .equals(PodWrites.PREEMPTED));
    }

    boolean hasEnded() {
        String phase = object.status().string("phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static PodInfo parse(KubeObject pod) {
        JsonObject spec = pod.spec();
        List<Toleration> tolerations = new ArrayList<>();
        for (JsonObject toleration : spec.array("tolerations").objects()) {
            tolerations.add(Toleration.parse(toleration));
        }
        List<String> gates = new ArrayList<>();
        for (JsonObject gate : spec.array("schedulingGates").objects()) {
            gates.add(gate.string("name"));
        }
        return new PodInfo(
                pod,
                PodRequests.of(pod),
                PodRequests.forScoring(pod),
                hostPorts(spec),
                tolerations,
                NodeAffinityTerms.parse(spec),
                PodTerms.parse(pod),
                gates,
                spec.integer("priority", 0),
                new Likeness(pod.namespace(), pod.labels(), pod.isDeleting()));
    }

    private static List<HostPort> hostPorts(JsonObject spec) {
        List<HostPort> ports = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonObject container : spec.array(list).objects()) {
                boolean sidecar = container.string("restartPolicy").equals("Always");
                if (list.equals("containers") || sidecar) {
                    addPorts(container, ports);
                }
            }
        }
        return ports;
    }

    private static void addPorts(JsonObject container, List<HostPort> ports) {
        for (JsonObject port : container.array("ports").objects()) {
            long number = port.integer("hostPort", 0);
            if (number > 0) {
                String ip = port.string("hostIP");
                ports.add(
                        new HostPort(
                                port.string("protocol", "TCP"),
                                ip.isEmpty() ? "0.0.0.0" : ip,
                                number));
            }
        }
    }
}
