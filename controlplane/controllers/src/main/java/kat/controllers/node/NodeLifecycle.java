package kat.controllers.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.workload.Conditions;
import org.jspecify.annotations.Nullable;

/// Marks nodes that fell silent or are not ready, and the pods on them.
///
/// A node is silent when neither its lease nor its status was renewed for
/// [NodeConditions#GRACE], measured from when a renewal was seen: clocks of nodes may differ
/// from this one.
///
/// When most nodes of a cluster are not ready, the fault is likely elsewhere: then no pods are
/// moved.
///
/// **Source:** kube-controller-manager `nodelifecycle`.
public final class NodeLifecycle implements Controller {

    /// `--node-monitor-period`: how often a node that is not ready is looked at again.
    static final Duration MONITOR_PERIOD = Duration.ofSeconds(5);

    /// `--node-eviction-rate` of 0.1 per second: at most one node in so long begins to lose
    /// pods.
    static final Duration EVICTION_SPACING = Duration.ofSeconds(10);

    /// `--unhealthy-zone-threshold`
    static final double UNHEALTHY_SHARE = 0.55;

    private static final int FEW_NODES = 2;

    private final Instant watchedSince;

    /// The uids of the nodes that were told of, by name.
    private final Map<String, String> known = new ConcurrentHashMap<>();

    /// The last heartbeats of nodes, by name.
    private final Map<String, Beat> beats = new ConcurrentHashMap<>();

    private final InstantSource clock;

    /// @param text by which it differs from the one before
    /// @param seen by the own clock
    private record Beat(String text, Instant seen) {}

    /// @param watchedSince before when nobody can be blamed for being silent: the start of the
    ///     process
    /// @param clock by which heartbeats are seen
    public NodeLifecycle(Instant watchedSince, InstantSource clock) {
        this.watchedSince = watchedSince;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "node-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.NODE),
                new Watched(Kinds.LEASE, List.of(), this::returned),
                new Watched(Kinds.POD, List.of(Index.BY_NODE), NodeLifecycle::arrived));
    }

    /// When the last heartbeat of a node was seen; null while there was none.
    private @Nullable Instant hear(KubeObject node, @Nullable KubeObject lease, Instant now) {
        String text = NodeConditions.beat(node, lease);
        if (text.isEmpty()) {
            return null;
        }
        return beats.compute(
                        node.name(),
                        (_, last) ->
                                last != null && last.text().equals(text)
                                        ? last
                                        : new Beat(text, now))
                .seen();
    }

    /// A lease that is renewed is a heartbeat, and matters at once when its node was given up.
    private List<ObjectKey> returned(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject lease = after != null ? after : before;
        if (lease == null || !lease.namespace().equals("kube-node-lease")) {
            return List.of();
        }
        ObjectKey key = ObjectKey.of("", lease.name());
        KubeObject node = view.get(Kinds.NODE, key);
        if (node != null) {
            Instant unused = hear(node, after, clock.instant());
        }
        boolean fine = node == null || NodeConditions.ready(node).equals("True");
        return fine && after != null ? List.of() : List.of(key);
    }

    /// A pod that came to a node that is not ready may have to be marked.
    private static List<ObjectKey> arrived(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        String name = after == null ? "" : after.spec().string("nodeName");
        if (name.isEmpty()) {
            return List.of();
        }
        KubeObject node = view.get(Kinds.NODE, ObjectKey.of("", name));
        boolean fine = node == null || NodeConditions.ready(node).equals("True");
        return fine ? List.of() : List.of(ObjectKey.of("", name));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject node = view.get(Kinds.NODE, key);
        Plan.Builder plan = Plan.builder().addAll(noticed(key.name(), node));
        return node == null || node.isDeleting()
                ? plan.build()
                : look(view, node, now, plan).build();
    }

    /// Tells of a node that came or went; after a restart all have come.
    private List<Change> noticed(String name, @Nullable KubeObject node) {
        if (node == null) {
            Beat unused = beats.remove(name);
            String uid = known.remove(name);
            return uid == null
                    ? List.of()
                    : List.of(event(name, uid, "RemovingNode", "Removing Node %s from Controller"));
        }
        return known.putIfAbsent(name, node.uid()) != null
                ? List.of()
                : List.of(
                        event(
                                name,
                                node.uid(),
                                "RegisteredNode",
                                "Registered Node %s in Controller"));
    }

    private static Change event(String name, String uid, String reason, String what) {
        Change.Reference node =
                new Change.Reference("v1", "Node", ObjectKey.of("", name), uid, "", "");
        String message = "Node " + name + " event: " + what.formatted(name);
        return new Change.Emit(node, "Normal", reason, message);
    }

    private Plan.Builder look(ClusterView view, KubeObject node, Instant now, Plan.Builder plan) {
        KubeObject lease = view.get(Kinds.LEASE, ObjectKey.of("kube-node-lease", node.name()));
        Instant heard = hear(node, lease, now);
        Instant until = NodeConditions.aliveUntil(node, heard, watchedSince);
        if (!until.isAfter(now)) {
            JsonArray unknown = NodeConditions.unknown(node, now);
            if (!unknown.equals(node.status().array("conditions"))) {
                return plan.addAll(silenced(node, unknown)).requeueAfter(MONITOR_PERIOD);
            }
        }
        boolean ready = NodeConditions.ready(node).equals("True");
        if (!ready) {
            plan.addAll(unreadyPods(view, node, now)).requeueAfter(MONITOR_PERIOD);
        } else if (until.isAfter(now)) {
            plan.requeueAfter(Duration.between(now, until).plusMillis(1));
        }
        JsonArray taints = NodeTaints.of(node, !ready && mayEvict(view, node, now), now);
        if (!taints.equals(node.spec().array("taints"))) {
            plan.add(Change.Update.object(Kinds.NODE, tainted(node, taints)));
        }
        return plan;
    }

    private static KubeObject tainted(KubeObject node, JsonArray taints) {
        return node.withSpec(
                spec -> taints.isEmpty() ? spec.without("taints") : spec.with("taints", taints));
    }

    private static List<Change> silenced(KubeObject node, JsonArray unknown) {
        List<Change> changes = new ArrayList<>();
        changes.add(
                Change.Update.status(
                        Kinds.NODE, node.withStatus(status -> status.with("conditions", unknown))));
        if (NodeConditions.ready(node).equals("True")) {
            changes.add(
                    Change.Emit.normal(
                            node,
                            "NodeNotReady",
                            "Node " + node.name() + " status is now: NodeNotReady"));
        }
        return changes;
    }

    private static List<Change> unreadyPods(ClusterView view, KubeObject node, Instant now) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_NODE, node.name())) {
            JsonArray conditions = pod.status().array("conditions");
            JsonObject ready = Conditions.find(conditions, "Ready");
            if (ready.string("status").equals("True")) {
                JsonArray changed = Conditions.set(conditions, ready.with("status", "False"), now);
                changes.add(Change.Emit.warning(pod, "NodeNotReady", "Node is not ready"));
                changes.add(
                        Change.Update.status(
                                Kinds.POD,
                                pod.withStatus(status -> status.with("conditions", changed))));
            }
        }
        return changes;
    }

    /// Whether pods may begin to be moved off the node now.
    private static boolean mayEvict(ClusterView view, KubeObject node, Instant now) {
        List<KubeObject> nodes = view.list(Kinds.NODE, "");
        int unready = 0;
        boolean another = false;
        for (KubeObject each : nodes) {
            unready += NodeConditions.ready(each).equals("True") ? 0 : 1;
            another |=
                    !each.name().equals(node.name())
                            && NodeTaints.evictsSince(each, EVICTION_SPACING, now);
        }
        boolean most = unready > FEW_NODES && unready >= UNHEALTHY_SHARE * nodes.size();
        return unready < nodes.size() && !most && !another;
    }
}
