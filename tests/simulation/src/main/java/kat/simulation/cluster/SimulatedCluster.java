package kat.simulation.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.KindTable;
import kat.api.StatusException;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Threads;
import kat.client.EventRecorder;
import kat.client.Informers;
import kat.client.Transport;
import kat.kubelet.SimulatedConfig;
import kat.kubelet.SimulatedNodes;
import kat.scheduler.Scheduler;
import kat.simulation.network.Network;
import kat.simulation.world.SimulatedProcess;
import kat.simulation.world.World;
import org.jspecify.annotations.Nullable;

/// All processes of a cluster: one server, one with all controllers, one scheduler, and one for
/// each node. Any of them can be ended and begun again.
///
/// **Threads:** as [World]: the owner, or who has the turn.
public final class SimulatedCluster implements AutoCloseable {

    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration POD_START = Duration.ofMillis(1500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration JOB = Duration.ofSeconds(5);

    private final World world;
    private final Randomness chance;
    private final Network network;
    private final History history;
    private final SimulatedServer server;
    private final SequencedMap<String, SimulatedProcess> processes = new TreeMap<>();
    private final SequencedMap<String, Machine> machines = new TreeMap<>();

    /// How a machine is begun.
    @FunctionalInterface
    private interface Machine {
        void begin(SimulatedProcess process);
    }

    /// @param nodes how many
    /// @param capacity of each node, as quantities
    public SimulatedCluster(Randomness chance, int nodes, SequencedMap<String, String> capacity) {
        this.chance = chance;
        this.world = new World(chance, ORIGIN);
        this.network = new Network(chance);
        this.history = new History(world::now);
        this.server = new SimulatedServer(world, network, chance, history);
        machines.put("controllers", this::beginControllers);
        machines.put("operator", this::beginOperator);
        machines.put("scheduler", this::beginScheduler);
        for (int i = 0; i < nodes; i++) {
            SimulatedConfig config = nodeConfig("node-" + i + "-", capacity);
            machines.put("node-" + i, process -> beginNode(process, config));
        }
    }

    private static SimulatedConfig nodeConfig(
            String prefix, SequencedMap<String, String> capacity) {
        SimulatedConfig usual = SimulatedConfig.of(1).withPrefix(prefix).withDelays(POD_START, JOB);
        return new SimulatedConfig(
                1,
                prefix,
                usual.labels(),
                capacity,
                POD_START,
                JOB,
                usual.leaseRenewal(),
                usual.version(),
                2);
    }

    private void beginControllers(SimulatedProcess process) {
        Threads.Running unused = process.start("main", () -> controllersComeUp(process));
    }

    /// Waits until it can learn what the server serves.
    private void controllersComeUp(SimulatedProcess process) {
        try {
            for (KindTable kinds = server.kinds(); true; kinds = server.kinds()) {
                if (kinds != null) {
                    new ControllerProcess(process, network).start(server.served(process));
                    return;
                }
                process.sleep(RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beginOperator(SimulatedProcess process) {
        new ControllerProcess(process, network).start(new WidgetOperator());
    }

    private void beginScheduler(SimulatedProcess process) {
        Transport transport = network.transport(process, "system:kube-scheduler");
        EventRecorder recorder =
                EventRecorder.ofSeries(transport, process, Scheduler.NAME, "simulated");
        recorder.start();
        new Scheduler(new Informers(transport, process), transport, recorder, process, chance)
                .start();
    }

    private void beginNode(SimulatedProcess process, SimulatedConfig config) {
        Transport transport = network.transport(process, "system:node:" + config.prefix() + "0");
        Informers informers = new Informers(transport, process);
        SimulatedNodes node = new SimulatedNodes(config, transport, informers, process, chance);
        Threads.Running unused = process.start("main", () -> comeUp(process, node));
    }

    /// Tries until the server takes the node.
    private static void comeUp(SimulatedProcess process, SimulatedNodes node) {
        try {
            while (true) {
                try {
                    node.start();
                    return;
                } catch (StatusException e) {
                    process.sleep(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Brings everything up.
    public void start() {
        server.start();
        machines.keySet().forEach(this::begin);
    }

    /// Begins a process that does not run: `controllers`, `scheduler`, `node-0` …
    public void begin(String name) {
        Machine machine = Check.notNull(machines.get(name), "no machine " + name);
        SimulatedProcess process = world.process(name);
        processes.put(name, process);
        machine.begin(process);
    }

    /// Ends a process where it stands.
    public void kill(String name) {
        SimulatedProcess process = processes.remove(name);
        if (process != null) {
            process.kill();
        }
    }

    /// A process that runs; null when it does not.
    public @Nullable SimulatedProcess process(String name) {
        return processes.get(name);
    }

    public boolean isRunning(String name) {
        return processes.containsKey(name);
    }

    /// The processes that can be ended, but for the server.
    public List<String> names() {
        return new ArrayList<>(machines.sequencedKeySet());
    }

    public World world() {
        return world;
    }

    public Network network() {
        return network;
    }

    public History history() {
        return history;
    }

    public SimulatedServer server() {
        return server;
    }

    @Override
    public void close() {
        world.close();
    }
}
