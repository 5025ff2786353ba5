package kat.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.base.Ticker;
import kat.client.EventRecorder;
import kat.client.Informers;
import kat.client.Transport;
import kat.client.node.NodeGateway;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.DnsConfig;
import kat.cri.PodSandbox;
import kat.cri.PodSandboxFilter;
import kat.kubelet.admission.Refusal;
import kat.kubelet.csi.NodeDrivers;
import kat.kubelet.images.PulledImages;
import kat.kubelet.metrics.ContainerEnds;
import kat.kubelet.metrics.CountedRuntime;
import kat.kubelet.metrics.ProbeTotals;
import kat.kubelet.probes.Checks;
import kat.kubelet.shutdown.ShutdownSignal;
import kat.kubelet.spec.ContainerConfigs;
import kat.kubelet.spec.DnsSettings;
import kat.kubelet.spec.Labels;
import kat.kubelet.spec.ObjectSource;
import kat.kubelet.spec.SandboxConfigs;
import kat.kubelet.volumes.DiskPrograms;
import kat.kubelet.volumes.Disks;
import kat.kubelet.volumes.Mounts;
import org.jspecify.annotations.Nullable;

/// The node agent: one worker for each pod that is bound to its node, woken by what changes in
/// the API and in the runtime.
///
/// **Threads:** any; [#start] once.
public final class Kubelet implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final Duration FIRST_SIGHT = Duration.ofSeconds(60);
    private static final Duration ORPHAN_RETRY = Duration.ofSeconds(10);
    private static final int MOST_ORPHAN_DOUBLINGS = 4;
    static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final PodServices services;
    private final EventRecorder recorder;
    private final Hooks hooks;
    private final NodeAgent node;
    private final NodeShutdown shutdown;
    private final RuntimeWatch watch;
    private final StaticPods staticPods;
    private final NodePlugins plugins;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// Whether the pods that were there at the start have been taken over.
    private volatile boolean isSeen;

    private volatile CountDownLatch stopping = new CountDownLatch(0);

    /// Where a kubelet runs.
    ///
    /// @param mounts the machine's mount table
    /// @param disks what is done with its devices
    /// @param room what memory and disk it has left
    /// @param shutdown how it tells that it goes down
    public record Machine(
            MachineFacts facts,
            Mounts mounts,
            Disks disks,
            MachineRoom room,
            ShutdownSignal shutdown) {

        /// A machine that does not tell when it goes down.
        public Machine(MachineFacts facts, Mounts mounts, MachineRoom room, Ticker ticker) {
            this(facts, mounts, new DiskPrograms(ticker), room, ShutdownSignal.NONE);
        }
    }

    public Kubelet(
            KubeletConfig config,
            Transport transport,
            Informers informers,
            ContainerRuntime runtime,
            Ticker ticker,
            Machine machine) {
        this(config, transport, informers, new CountedRuntime(runtime, ticker), ticker, machine);
    }

    private Kubelet(
            KubeletConfig config,
            Transport transport,
            Informers informers,
            CountedRuntime runtime,
            Ticker ticker,
            Machine machine) {
        this.recorder = new EventRecorder(transport, ticker, "kubelet", config.nodeName());
        ObjectSource objects = (kind, key) -> find(transport, kind, key);
        PodEvents events = new PodEvents(recorder);
        NodeAdmission admission =
                new NodeAdmission(config, machine.facts(), objects, events, ticker);
        admission.onSettled(this::nudge);
        boolean unified = machine.facts().unifiedCgroups();
        String seccomp = config.root().resolve("seccomp").toString();
        DnsSettings dns =
                new DnsSettings(config.clusterDns(), config.clusterDomain(), machineDns(config));
        this.staticPods =
                new StaticPods(config.root().resolve("manifests"), config.nodeName(), transport);
        NodeDrivers.Api drivenBy =
                new NodeDrivers.Api(
                        transport, objects, new ApiTokens(transport, ticker), recorder, ticker);
        this.plugins = new NodePlugins(config, machine.mounts(), drivenBy);
        PulledImages pulled = new PulledImages(config.root().resolve("image_manager/pulled"));
        PodCgroups groups = new PodCgroups(CGROUPS, config.cgroupRoot(), unified);
        this.services =
                new PodServices(
                        config,
                        machine.facts(),
                        transport,
                        informers,
                        runtime,
                        ticker,
                        events,
                        new RuntimeReader(runtime),
                        new ImagePulls(runtime.images(), objects, events, ticker, pulled),
                        NodeVolumes.of(config, machine, drivenBy, plugins, runtime),
                        new UserRanges(config.root().resolve("pods"), config.maxPods()),
                        plugins.devices(),
                        groups,
                        shares(groups, config, informers),
                        new SandboxConfigs(dns, config.logs().toString(), seccomp),
                        containers(machine.facts(), seccomp),
                        objects,
                        admission,
                        staticPods,
                        new ProbeTotals(),
                        new ContainerEnds());
        this.hooks = new Hooks(new Checks(runtime, ticker), events, ticker);
        this.node =
                new NodeAgent(services, new Evictions(services, machine.room(), workers::values));
        this.shutdown = new NodeShutdown(services, machine.shutdown(), node, workers::values);
        this.watch = new RuntimeWatch(services, workers::values, workers::get);
    }

    private static ContainerConfigs containers(MachineFacts facts, String seccomp) {
        return new ContainerConfigs(
                facts.memoryBytes(), facts.unifiedCgroups(), seccomp, facts.hugePages());
    }

    private static ProcessorShares shares(
            PodCgroups groups, KubeletConfig config, Informers informers) {
        return new ProcessorShares(groups, config.nodeName(), () -> informers.list(Kinds.POD, ""));
    }

    private static @Nullable KubeObject find(Transport transport, Kind kind, ObjectKey key) {
        try {
            return transport.get(kind, key);
        } catch (StatusException e) {
            if (e.is("NotFound")) {
                return null;
            }
            throw e;
        }
    }

    private static DnsConfig machineDns(KubeletConfig config) {
        try {
            return DnsSettings.parse(Files.readString(config.resolvConf()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no name servers of the machine error={0}", e.toString());
            return DnsSettings.parse("");
        }
    }

    /// Registers the node, takes over what runs, removes what should not, and begins to serve
    /// pods.
    ///
    /// @throws StatusException when the API refuses the node
    /// @throws UncheckedIOException when the machine refuses folders or mounts
    public void start() throws InterruptedException {
        try {
            services.volumes().start();
            Files.createDirectories(services.config().logs());
        } catch (IOException e) {
            throw new UncheckedIOException("the kubelet cannot make its folders", e);
        }
        recorder.start();
        node.start();
        beginPlugins();
        services.informers().informer(Kinds.SERVICE);
        services.informers().informer(Kinds.CONFIG_MAP).addHandler(this::sourceChanged);
        services.informers().informer(Kinds.SECRET).addHandler(this::sourceChanged);
        services.informers().informer(Kinds.POD).addHandler(this::podChanged);
        if (!services.informers().awaitSynced(FIRST_SIGHT)) {
            LOG.log(Level.WARNING, "pods not listed in time seconds={0}", FIRST_SIGHT.toSeconds());
        }
        takeOver();
        beginStaticPods();
        watch.start();
        shutdown.start();
        removeOrphansLater(0);
    }

    private void beginPlugins() {
        try {
            plugins.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the kubelet cannot follow plug-ins", e);
        }
    }

    /// What the API server asks of this node.
    public NodeGateway gateway() {
        return new KubeletGateway(
                services, uid -> workers.get(staticPods.ownUid(uid)), workers::values);
    }

    /// Says at which port the node's own API listens; before [#start].
    public void announce(int port) {
        node.announce(port);
    }

    /// Stops all containers and keeps the pods' objects: they are started again by the next
    /// [#start]. The kubelet must be closed afterwards.
    ///
    /// @param patience how long to wait at most
    /// @return whether everything had stopped by then
    public boolean stopPods(Duration patience) throws InterruptedException {
        closed = true;
        services.volumes().leave();
        services.devices().leave();
        stopping = new CountDownLatch(workers.size());
        for (PodWorker worker : workers.values()) {
            worker.leave();
        }
        return stopping.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Lets go of everything; containers go on.
    @Override
    public void close() {
        closed = true;
        shutdown.close();
        staticPods.close();
        plugins.close();
        watch.close();
        node.close();
        PodWorker.close(workers.values());
        recorder.close();
    }

    /// Begins with the pods that are there, those that run already first: what they hold is not
    /// given to another. Pods that come meanwhile are found by the second look.
    private void takeOver() {
        boundPods().forEach(this::take);
        isSeen = true;
        List<KubeObject> now = boundPods();
        now.forEach(this::take);
        Set<String> uids = new HashSet<>();
        now.forEach(pod -> uids.add(pod.uid()));
        workers.forEach(
                (uid, worker) -> {
                    if (!uids.contains(uid)) {
                        worker.gone();
                    }
                });
    }

    private List<KubeObject> boundPods() {
        List<KubeObject> pods = new ArrayList<>();
        for (KubeObject pod : services.informers().list(Kinds.POD, "")) {
            if (isHere(pod) && !isMirror(pod)) {
                pods.add(pod);
            }
        }
        pods.sort(
                Comparator.comparing((KubeObject pod) -> !hasBegun(pod))
                        .thenComparing(pod -> pod.metadata().string("creationTimestamp"))
                        .thenComparing(KubeObject::key));
        return pods;
    }

    private boolean isHere(KubeObject pod) {
        return pod.spec().string("nodeName").equals(services.config().nodeName());
    }

    private static boolean isMirror(KubeObject pod) {
        return pod.annotations().containsKey(StaticPods.MIRROR);
    }

    /// Mirrors that were there before are taken over, or deleted when their file has gone.
    private void beginStaticPods() {
        try {
            staticPods.start(new StaticLife());
        } catch (IOException e) {
            throw new UncheckedIOException("the kubelet cannot read its manifests", e);
        }
        for (KubeObject pod : services.informers().list(Kinds.POD, "")) {
            if (isHere(pod) && isMirror(pod)) {
                staticPods.mirrorChanged(null, pod);
            }
        }
    }

    private final class StaticLife implements StaticPods.Life {

        @Override
        public void begin(KubeObject pod) {
            services.admission().adopt(pod);
            PodWorker worker = new PodWorker(services, hooks, pod, () -> forget(pod.uid()));
            if (workers.putIfAbsent(pod.uid(), worker) == null) {
                worker.start();
            }
        }

        @Override
        public void end(String uid) {
            PodWorker worker = workers.get(uid);
            if (worker != null) {
                worker.gone();
            }
        }

        @Override
        public void mirrored(String uid) {
            nudge(uid);
        }
    }

    private static boolean hasBegun(KubeObject pod) {
        return pod.status().has("startTime");
    }

    private void podChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (closed || !isSeen) {
            return;
        }
        KubeObject seen = after == null ? before : after;
        if (seen != null && isMirror(seen)) {
            if (isHere(seen)) {
                staticPods.mirrorChanged(before, after);
            }
            return;
        }
        if (after == null || (before != null && !before.uid().equals(after.uid()))) {
            PodWorker worker = before == null ? null : workers.get(before.uid());
            if (worker != null) {
                worker.gone();
            }
        }
        if (after != null && isHere(after)) {
            take(after);
        }
    }

    private void take(KubeObject pod) {
        PodWorker worker = new PodWorker(services, hooks, pod, () -> forget(pod.uid()));
        PodWorker known = workers.putIfAbsent(pod.uid(), worker);
        if (known != null) {
            known.changed(pod);
            return;
        }
        if (hasBegun(pod)) {
            if (!PodStatusReport.isTerminal(pod.status().string("phase"))) {
                services.admission().adopt(pod);
            }
            worker.start();
            return;
        }
        Refusal refusal = pod.isDeleting() ? null : services.admission().admit(pod);
        if (refusal == null) {
            worker.start();
        } else {
            services.events().warning(pod, refusal.reason(), refusal.message());
            worker.start(Ending.refused(refusal));
        }
    }

    private void nudge(String uid) {
        PodWorker worker = workers.get(uid);
        if (worker != null) {
            worker.nudge();
        }
    }

    private void forget(String uid) {
        workers.remove(uid);
        stopping.countDown();
    }

    private void sourceChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject source = after == null ? before : after;
        if (source == null) {
            return;
        }
        for (PodWorker worker : workers.values()) {
            KubeObject pod = worker.pod();
            if (pod.namespace().equals(source.namespace()) && VolumeSources.uses(pod, source)) {
                worker.refreshVolumes();
            }
        }
    }

    /// Removes sandboxes and folders of pods that are no longer in the API. One that cannot be
    /// removed does not keep others; it is tried again ever more seldom.
    private void removeOrphans(int failures) {
        boolean isClean = true;
        try {
            Set<String> kept = new HashSet<>(workers.keySet());
            Set<String> folders = new HashSet<>(services.volumes().known());
            Map<String, List<String>> sandboxes = new HashMap<>();
            folders.forEach(uid -> sandboxes.put(uid, new ArrayList<>()));
            for (PodSandbox sandbox : services.runtime().listPodSandboxes(PodSandboxFilter.ALL)) {
                String uid = sandbox.labels().getOrDefault(Labels.POD_UID, "");
                if (!uid.isEmpty()) {
                    sandboxes.computeIfAbsent(uid, _ -> new ArrayList<>()).add(sandbox.id());
                }
            }
            for (Map.Entry<String, List<String>> each : sandboxes.entrySet()) {
                String uid = each.getKey();
                if (!closed && !kept.contains(uid) && !workers.containsKey(uid)) {
                    isClean &= removeOrphan(uid, each.getValue(), folders.contains(uid));
                }
            }
            if (!closed) {
                plugins.removeUnused(workers.keySet());
            }
        } catch (IOException | ContainerRuntimeException | StatusException e) {
            LOG.log(Level.WARNING, "orphans not removed error={0}", e.getMessage());
            isClean = false;
        }
        if (!isClean) {
            // A driver may only be on its way.
            Duration delay =
                    ORPHAN_RETRY.multipliedBy(1L << Math.min(failures, MOST_ORPHAN_DOUBLINGS));
            services.ticker().schedule(delay, () -> removeOrphansLater(failures + 1));
        }
    }

    private boolean removeOrphan(String uid, List<String> sandboxes, boolean hasFolder) {
        try {
            for (String id : sandboxes) {
                services.runtime().stopPodSandbox(id);
                services.runtime().removePodSandbox(id);
            }
            if (hasFolder) {
                services.volumes().forget(uid);
            }
            return true;
        } catch (IOException | ContainerRuntimeException | StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "orphan not removed uid={0} error={1}",
                    uid,
                    String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void removeOrphansLater(int failures) {
        if (!closed) {
            Thread unused =
                    Thread.ofVirtual().name("remove orphans").start(() -> removeOrphans(failures));
        }
    }
}
