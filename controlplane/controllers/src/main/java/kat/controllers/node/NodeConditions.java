package kat.controllers.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Conditions;
import org.jspecify.annotations.Nullable;

/// When a node was last heard of, and what its conditions become when it is silent.
final class NodeConditions {

    /// `--node-monitor-grace-period`
    static final Duration GRACE = Duration.ofSeconds(50);

    /// `--node-startup-grace-period`
    static final Duration STARTUP_GRACE = Duration.ofSeconds(60);

    private static final List<String> TOLD_BY_KUBELET =
            List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    private NodeConditions() {}

    static String ready(KubeObject node) {
        return Conditions.find(node.status().array("conditions"), "Ready").string("status");
    }

    /// What a node says of its time: another text is another heartbeat. Empty while it said
    /// nothing.
    ///
    /// @param lease of the node; null when it has none
    static String beat(KubeObject node, @Nullable KubeObject lease) {
        JsonObject ready = Conditions.find(node.status().array("conditions"), "Ready");
        String renewed = lease == null ? "" : lease.spec().string("renewTime");
        return (renewed + " " + ready.string("lastHeartbeatTime")).strip();
    }

    /// Until when the node counts as alive: so long after the latest of its heartbeats, of its
    /// creation and of the watcher's start.
    ///
    /// @param heard when its last heartbeat was seen; null while there was none
    static Instant aliveUntil(KubeObject node, @Nullable Instant heard, Instant watchedSince) {
        JsonObject ready = Conditions.find(node.status().array("conditions"), "Ready");
        Instant beat = watchedSince.plus(GRACE);
        Instant created = node.creationTimestamp();
        if (created != null && ready.isEmpty()) {
            beat = later(beat, created.plus(STARTUP_GRACE));
        }
        return heard == null ? beat : later(beat, heard.plus(GRACE));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /// The conditions of a node that is silent: what the kubelet tells becomes unknown.
    static JsonArray unknown(KubeObject node, Instant now) {
        List<Json> all = new ArrayList<>(node.status().array("conditions").items());
        for (String type : TOLD_BY_KUBELET) {
            JsonObject before = Conditions.find(node.status().array("conditions"), type);
            if (before.isEmpty()) {
                all.add(neverTold(node, type, now));
            } else if (!before.string("status").equals("Unknown")) {
                all.set(
                        all.indexOf(before),
                        before.with("status", "Unknown")
                                .with("reason", "NodeStatusUnknown")
                                .with("message", "Kubelet stopped posting node status.")
                                .with("lastTransitionTime", Conditions.seconds(now)));
            }
        }
        return new JsonArray(all);
    }

    private static JsonObject neverTold(KubeObject node, String type, Instant now) {
        return JsonObject.builder()
                .put("type", type)
                .put("status", "Unknown")
                .put("lastHeartbeatTime", node.metadata().string("creationTimestamp"))
                .put("lastTransitionTime", Conditions.seconds(now))
                .put("reason", "NodeStatusNeverUpdated")
                .put("message", "Kubelet never posted node status.")
                .build();
    }
}
