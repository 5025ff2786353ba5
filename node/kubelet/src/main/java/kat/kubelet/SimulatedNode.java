package kat.kubelet;

import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// One simulated node: its object, and the addresses that its pods have.
///
/// **Threads:** any.
final class SimulatedNode {

    private static final int FIRST_POD_ADDRESS = 2;
    private static final int MOST_ADDRESSES = 254;

    private final String name;
    private final int index;
    private final BitSet taken = new BitSet(); // guarded by this
    private final Map<String, Integer> byPod = new HashMap<>(); // guarded by this
    private volatile @Nullable KubeObject stored;

    SimulatedNode(String name, int index) {
        this.name = name;
        this.index = index;
    }

    String name() {
        return name;
    }

    /// The object as the API answered it.
    KubeObject stored() {
        return Check.notNull(stored, "a simulated node is asked for before it was registered");
    }

    void knownAs(KubeObject object) {
        stored = object;
    }

    /// Made up: one address of 10.127.0.0/16 and those before it for each node.
    String hostAddress() {
        return "10." + (127 - index / 65_536) + "." + index / 256 % 256 + "." + index % 256;
    }

    /// The pod's address: what it has already, or a free one of the node's range.
    synchronized String addressOf(KubeObject pod) {
        Integer known = byPod.get(pod.uid());
        if (known == null) {
            known = choose(pod.status().string("podIP"));
            taken.set(known);
            byPod.put(pod.uid(), known);
        }
        return network() + known;
    }

    private int choose(String present) {
        if (present.startsWith(network())) {
            return Integer.parseInt(present.substring(network().length()));
        }
        int free = taken.nextClearBit(FIRST_POD_ADDRESS);
        return free <= MOST_ADDRESSES ? free : FIRST_POD_ADDRESS + free % MOST_ADDRESSES;
    }

    synchronized void release(String uid) {
        Integer address = byPod.remove(uid);
        if (address != null) {
            taken.clear(address);
        }
    }

    private String network() {
        KubeObject known = stored;
        String range = known == null ? "" : known.spec().string("podCIDR");
        String used = range.isEmpty() ? SimulatedConfig.podRange(index) : range;
        return used.substring(0, used.lastIndexOf('.') + 1);
    }

    KubeObject object(SimulatedConfig config, Instant now) {
        String range = SimulatedConfig.podRange(index);
        SequencedMap<String, String> labels = new TreeMap<>(NodeObjects.labels(name, "amd64"));
        labels.putAll(config.labels());
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", name)
                        .put("labels", JsonObject.ofStrings(labels))
                        .put("annotations", JsonObject.of("kat.dev/simulated", Json.of("true")))
                        .build();
        JsonObject spec =
                JsonObject.of("podCIDR", Json.of(range), "podCIDRs", JsonArray.of(Json.of(range)));
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Node")
                        .put("metadata", metadata)
                        .put("spec", spec)
                        .put("status", status(config, JsonArray.EMPTY, now))
                        .build());
    }

    /// @param before the conditions that are known, whose times stay where nothing changes
    JsonObject status(SimulatedConfig config, JsonArray before, Instant now) {
        JsonObject info =
                JsonObject.builder()
                        .put("architecture", "amd64")
                        .put("bootID", "")
                        .put("containerRuntimeVersion", "simulated://")
                        .put("kernelVersion", "")
                        .put("kubeProxyVersion", "")
                        .put("kubeletVersion", config.version())
                        .put("machineID", "")
                        .put("operatingSystem", "linux")
                        .put("osImage", "simulated")
                        .put("systemUUID", "")
                        .build();
        JsonObject capacity = NodeObjects.resources(config.capacity());
        JsonArray addresses =
                JsonArray.of(
                        JsonObject.of(
                                "type", Json.of("InternalIP"), "address", Json.of(hostAddress())),
                        JsonObject.of("type", Json.of("Hostname"), "address", Json.of(name)));
        return JsonObject.builder()
                .put("addresses", addresses)
                .put("allocatable", capacity)
                .put("capacity", capacity)
                .put("conditions", NodeObjects.conditions(NodeObjects.HEALTHY, before, now))
                .put("declaredFeatures", NodeObjects.FEATURES)
                .put("nodeInfo", info)
                .build();
    }
}
