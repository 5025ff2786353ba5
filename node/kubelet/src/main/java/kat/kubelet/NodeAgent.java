package kat.kubelet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Patch;
import kat.client.WriteOptions;
import kat.cri.ContainerRuntimeException;
import kat.cri.Image;
import kat.cri.RuntimeStatus;
import kat.cri.RuntimeVersion;
import org.jspecify.annotations.Nullable;

/// Keeps the Node object and its lease: registers, renews the lease, writes the status when it
/// changes and every five minutes.
///
/// **Threads:** any; at most one write at a time.
final class NodeAgent implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final Duration LEASE_RENEWAL = Duration.ofSeconds(10);
    private static final int RENEWALS_PER_STATUS = 30;
    private static final int MOST_IMAGES = 50;
    private static final WriteOptions OPTIONS = WriteOptions.by("kubelet");

    private final PodServices services;
    private final Evictions evictions;
    private List<String> pressures = List.of(); // guarded by this
    private volatile boolean closed;
    private volatile boolean healthy;
    private volatile boolean shuttingDown;
    private volatile int port;
    private int renewals; // guarded by this
    private @Nullable KubeObject node; // guarded by this

    NodeAgent(PodServices services, Evictions evictions) {
        this.services = services;
        this.evictions = evictions;
    }

    /// Registers the node, or brings the one of before up to date.
    ///
    /// @throws StatusException when the API refuses
    synchronized void start() {
        KubeObject object = object();
        try {
            node = services.transport().create(Kinds.NODE, object, OPTIONS).object();
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
            node = services.transport().get(Kinds.NODE, object.key());
            JsonObject labels =
                    JsonObject.EMPTY.withAt(
                            object.metadata().object("labels"), "metadata", "labels");
            services.transport().patch(Kinds.NODE, object.key(), Patch.merge(labels), OPTIONS);
            writeStatus();
        }
        renewLease();
        evictions.collectImages();
        schedule();
    }

    /// Says at which port the node's own API listens.
    void announce(int number) {
        port = number;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void schedule() {
        services.ticker()
                .schedule(
                        LEASE_RENEWAL,
                        () -> {
                            Thread unused =
                                    Thread.ofVirtual().name("node lease").start(this::renew);
                        });
    }

    private synchronized void renew() {
        if (closed) {
            return;
        }
        try {
            renewLease();
            services.shares().renew();
            renewals++;
            List<String> before = pressures;
            pressures = evictions.look();
            List<NodeObjects.Condition> conditions = conditions();
            boolean isDue = renewals % RENEWALS_PER_STATUS == 0;
            if (isDue) {
                evictions.collectImages();
            }
            // What is stored decides: the control plane may have given the node up meanwhile.
            boolean isNews = !before.equals(pressures) || healthy != NodeObjects.isReady(stored());
            if (isDue || isNews) {
                writeStatus(conditions);
                tell(conditions, before);
            }
        } catch (StatusException e) {
            LOG.log(Level.WARNING, "node not renewed error={0}", e.getMessage());
        } finally {
            schedule(); // whatever broke, the lease is kept
        }
    }

    /// Events about pressure that came or went.
    private void tell(List<NodeObjects.Condition> conditions, List<String> before) {
        KubeObject known = node;
        for (NodeObjects.Condition condition : conditions) {
            boolean changed = before.contains(condition.type()) != condition.holds();
            if (known != null && changed && NodeObjects.isPressure(condition.type())) {
                String reason = NodeObjects.pressureEvent(condition);
                String name = services.config().nodeName();
                services.events()
                        .normal(known, reason, "Node " + name + " status is now: " + reason);
            }
        }
    }

    private void renewLease() {
        ObjectKey key = ObjectKey.of(NodeObjects.LEASE_NAMESPACE, services.config().nodeName());
        try {
            services.transport()
                    .patch(
                            Kinds.LEASE,
                            key,
                            Patch.merge(NodeObjects.renewal(services.now())),
                            OPTIONS);
        } catch (StatusException e) {
            KubeObject known = node;
            if (!e.is("NotFound") || known == null) {
                throw e;
            }
            services.transport()
                    .create(Kinds.LEASE, NodeObjects.lease(known, services.now()), OPTIONS);
        }
    }

    /// Tells that the machine is about to go down, or stays; that the API cannot be told is no
    /// hindrance.
    void shutdownAnnounced(boolean goesDown) {
        shuttingDown = goesDown;
        KubeObject known;
        synchronized (this) {
            known = node;
        }
        if (known != null) {
            String what = goesDown ? "event" : "cancellation";
            services.events()
                    .normal(known, "NodeShutdown", "Shutdown manager detected shutdown " + what);
        }
        try {
            writeStatus();
        } catch (StatusException e) {
            LOG.log(Level.WARNING, "node not written error={0}", e.getMessage());
        }
    }

    /// Writes the status now, for example after the runtime came back.
    synchronized void writeStatus() {
        writeStatus(conditions());
    }

    private void writeStatus(List<NodeObjects.Condition> conditions) {
        KubeObject stored = stored();
        JsonObject status = status(conditions, stored.status().array("conditions"), services.now());
        services.transport()
                .patch(
                        Kinds.NODE,
                        stored.key(),
                        Patch.strategic(JsonObject.of("status", whole(status))),
                        OPTIONS.on("status"));
    }

    /// A patch tells addresses apart by their types, of which two families have one twice: so it
    /// must replace them all.
    private JsonObject whole(JsonObject status) {
        return services.config().addresses().size() == 1
                ? status
                : status.with(
                        "addresses",
                        status.array("addresses")
                                .with(JsonObject.of("$patch", Json.of("replace"))));
    }

    private KubeObject stored() {
        ObjectKey key = ObjectKey.of("", services.config().nodeName());
        return services.transport().get(Kinds.NODE, key);
    }

    private KubeObject object() {
        KubeletConfig config = services.config();
        SequencedMap<String, String> labels =
                new TreeMap<>(
                        NodeObjects.labels(config.nodeName(), services.machine().architecture()));
        labels.putAll(config.labels());
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", config.nodeName())
                        .put("labels", JsonObject.ofStrings(labels))
                        .put(
                                "annotations",
                                JsonObject.of(
                                        "volumes.kubernetes.io/controller-managed-attach-detach",
                                        Json.of("true")))
                        .build();
        JsonObject spec =
                config.podRanges().isEmpty()
                        ? JsonObject.EMPTY
                        : JsonObject.of(
                                "podCIDR",
                                Json.of(config.podRanges().getFirst()),
                                "podCIDRs",
                                JsonArray.ofStrings(config.podRanges()));
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Node")
                        .put("metadata", metadata)
                        .put("spec", spec)
                        .put("status", status(conditions(), JsonArray.EMPTY, services.now()))
                        .build());
    }

    private List<NodeObjects.Condition> conditions() {
        List<String> troubles = new ArrayList<>();
        try {
            RuntimeStatus status = services.runtime().status();
            for (RuntimeStatus.Condition condition : status.conditions()) {
                boolean matters =
                        condition.type().equals("RuntimeReady")
                                || condition.type().equals("NetworkReady");
                if (matters && !condition.status()) {
                    troubles.add(trouble(condition));
                }
            }
        } catch (ContainerRuntimeException e) {
            troubles.add("container runtime is down");
        }
        if (shuttingDown) {
            troubles.add("node is shutting down");
        }
        healthy = troubles.isEmpty();
        String all = String.join(", ", troubles);
        return NodeObjects.conditionsOf(pressures, troubles.size() > 1 ? "[" + all + "]" : all);
    }

    private static String trouble(RuntimeStatus.Condition condition) {
        String kind =
                condition.type().equals("NetworkReady")
                        ? "container runtime network not ready: NetworkReady=false reason:"
                        : "container runtime not ready: RuntimeReady=false reason:";
        return kind + condition.reason() + " message:" + condition.message();
    }

    private JsonObject status(
            List<NodeObjects.Condition> conditions, JsonArray before, Instant now) {
        KubeletConfig config = services.config();
        MachineFacts machine = services.machine();
        JsonObject capacity = NodeObjects.resources(machine.capacity(config.maxPods()));
        JsonObject allocatable = NodeObjects.resources(machine.allocatable(config.maxPods()));
        List<Json> addresses = new ArrayList<>();
        for (String address : config.addresses()) {
            addresses.add(address("InternalIP", address));
        }
        addresses.add(address("Hostname", config.nodeName()));
        return JsonObject.builder()
                .put("addresses", new JsonArray(addresses))
                .put("allocatable", allocatable)
                .put("capacity", capacity)
                .put("conditions", NodeObjects.conditions(conditions, before, now))
                .put("declaredFeatures", NodeObjects.FEATURES)
                .put(
                        "daemonEndpoints",
                        JsonObject.of("kubeletEndpoint", JsonObject.of("Port", Json.of(port))))
                .put("images", images())
                .put("nodeInfo", info())
                .put("runtimeHandlers", handlers())
                .build();
    }

    /// What the runtime says of its handlers; the usual one alone of a runtime that says nothing.
    private JsonArray handlers() {
        List<Json> all = new ArrayList<>();
        for (RuntimeStatus.Handler each : services.runtime().status().handlers()) {
            JsonObject features =
                    JsonObject.builder()
                            .put("recursiveReadOnlyMounts", each.recursiveReadOnly())
                            .put("userNamespaces", each.userNamespaces())
                            .build();
            all.add(JsonObject.of("features", features, "name", Json.of(each.name())));
        }
        return all.isEmpty()
                ? JsonArray.of(JsonObject.of("name", Json.of("")))
                : new JsonArray(all);
    }

    private static JsonObject address(String type, String address) {
        return JsonObject.of("type", Json.of(type), "address", Json.of(address));
    }

    private JsonObject info() {
        MachineFacts machine = services.machine();
        return JsonObject.builder()
                .put("architecture", machine.architecture())
                .put("bootID", machine.bootId())
                .put("containerRuntimeVersion", runtimeVersion())
                .put("kernelVersion", machine.kernel())
                .put("kubeProxyVersion", "")
                .put("kubeletVersion", services.config().version())
                .put("machineID", machine.machineId())
                .put("operatingSystem", "linux")
                .put("osImage", machine.osImage())
                .put("systemUUID", machine.systemUuid())
                .build();
    }

    private String runtimeVersion() {
        try {
            RuntimeVersion version = services.runtime().version();
            return version.name() + "://" + version.version();
        } catch (ContainerRuntimeException e) {
            return "";
        }
    }

    private JsonArray images() {
        List<Json> listed = new ArrayList<>();
        try {
            List<Image> images = new ArrayList<>(services.runtime().images().list());
            images.sort((a, b) -> Long.compare(b.sizeBytes(), a.sizeBytes()));
            for (Image image : images.subList(0, Math.min(MOST_IMAGES, images.size()))) {
                List<String> names = new ArrayList<>(image.repoDigests());
                names.addAll(image.repoTags());
                listed.add(
                        JsonObject.of(
                                "names",
                                JsonArray.ofStrings(names),
                                "sizeBytes",
                                Json.of(image.sizeBytes())));
            }
        } catch (ContainerRuntimeException e) {
            LOG.log(Level.DEBUG, "images not listed error={0}", e.getMessage());
        }
        return new JsonArray(listed);
    }
}
