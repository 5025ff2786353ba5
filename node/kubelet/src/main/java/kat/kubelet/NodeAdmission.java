package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.base.Ticker;
import kat.kubelet.admission.Allocations;
import kat.kubelet.admission.NodeView;
import kat.kubelet.admission.Profiles;
import kat.kubelet.admission.Refusal;
import kat.kubelet.admission.Sysctls;
import kat.kubelet.spec.ObjectSource;
import org.jspecify.annotations.Nullable;

/// Decides which pods this node takes and what resources they hold, and tells in events what
/// becomes of changes of resources.
///
/// **Threads:** any.
final class NodeAdmission {

    private static final Refusal SHUTDOWN =
            new Refusal("NodeShutdown", "Pod was rejected as the node is shutting down.");

    private final String name;
    private final Amounts allocatable;
    private final boolean appArmor;
    private final Sysctls sysctls;
    private final Map<String, String> labels;
    private final ObjectSource objects;
    private final PodEvents events;
    private final Ticker ticker;
    private final Allocations allocations = new Allocations();
    private volatile Consumer<String> wake = _ -> {};
    private volatile List<String> pressures = List.of();
    private volatile boolean shuttingDown;

    NodeAdmission(
            KubeletConfig config,
            MachineFacts machine,
            ObjectSource objects,
            PodEvents events,
            Ticker ticker) {
        this.name = config.nodeName();
        this.allocatable =
                Amounts.parse(NodeObjects.resources(machine.allocatable(config.maxPods())));
        this.appArmor = machine.appArmor();
        this.sysctls = Sysctls.with(config.settings().unsafeSysctls());
        this.labels = new TreeMap<>(NodeObjects.labels(name, machine.architecture()));
        this.labels.putAll(config.labels());
        this.objects = objects;
        this.events = events;
        this.ticker = ticker;
    }

    /// @param listener is told the uids of pods that got what they had been waiting for
    void onSettled(Consumer<String> listener) {
        wake = listener;
    }

    /// Which conditions of pressure hold; pods that come are measured against them.
    void setPressures(List<String> conditions) {
        pressures = List.copyOf(conditions);
    }

    /// Whether the machine is about to go down; then no pod is taken.
    void setShuttingDown(boolean value) {
        shuttingDown = value;
    }

    /// @return null when the pod may run
    @Nullable Refusal admit(KubeObject pod) {
        Refusal refusal = sysctls.check(pod);
        refusal = refusal == null ? Profiles.check(pod, appArmor) : refusal;
        refusal = refusal == null && shuttingDown ? SHUTDOWN : refusal;
        return refusal == null ? allocations.admit(pod, node()) : refusal;
    }

    /// Takes a pod in that runs already.
    void adopt(KubeObject pod) {
        allocations.adopt(pod);
    }

    /// The pod with the resources that it may have now.
    KubeObject grant(KubeObject pod, WorkerMemory memory) {
        if (allocations.isSettled(pod)) {
            memory.resize = memory.resize.withWaits("");
            return pod;
        }
        Allocations.Allocation allocation = allocations.allocate(pod, node(), ticker.now());
        boolean isNews =
                memory.resizeSeen != pod.generation()
                        || memory.resize.waits().isEmpty() == allocation.isDeferred();
        memory.resizeSeen = pod.generation();
        memory.resize = memory.resize.withWaits(allocation.why());
        if (!allocation.isDeferred()) {
            memory.resize = memory.resize.begun(pod.generation());
            memory.endRest("resize");
            String summary = summary(pod, pod.generation(), "");
            events.normal(pod, "ResizeStarted", "Pod resize started: " + summary);
            retry();
        } else if (isNews) {
            String text =
                    "Pod resize Deferred: " + summary(pod, pod.generation(), allocation.why());
            events.warning(pod, "ResizeDeferred", text);
        }
        return allocation.pod();
    }

    /// The pod holds nothing any more.
    void release(String uid) {
        if (allocations.remove(uid)) {
            retry();
        }
    }

    private void retry() {
        if (allocations.hasWaiting()) {
            allocations.retry(node()).forEach(wake);
        }
    }

    private NodeView node() {
        KubeObject node = objects.find(Kinds.NODE, ObjectKey.of("", name));
        return node == null
                ? NodeView.unregistered(name, labels, allocatable, pressures)
                : NodeView.of(node, allocatable, pressures);
    }

    /// What the containers of a pod ask for, as events tell it.
    ///
    /// @param generation of the pod when it asked for this
    /// @param error empty for none
    static String summary(KubeObject pod, long generation, String error) {
        JsonObject.Builder told = JsonObject.builder();
        for (String list : List.of("initContainers", "containers")) {
            List<Json> asked = new ArrayList<>();
            for (JsonObject container : pod.spec().array(list).objects()) {
                asked.add(
                        JsonObject.of(
                                "name",
                                Json.of(container.string("name")),
                                "resources",
                                container.object("resources")));
            }
            if (!asked.isEmpty()) {
                told.put(list, new JsonArray(asked));
            }
        }
        return told.put("generation", generation).putUnlessEmpty("error", error).build().toString();
    }
}
