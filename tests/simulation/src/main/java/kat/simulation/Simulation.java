package kat.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import kat.base.Randomness;
import kat.base.Threads;
import kat.client.Transport;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.History;
import kat.simulation.cluster.SimulatedCluster;
import kat.simulation.invariants.AtRest;
import kat.simulation.invariants.Invariant;
import kat.simulation.invariants.Invariants;
import kat.simulation.workloads.BudgetWorkload;
import kat.simulation.workloads.CronJobWorkload;
import kat.simulation.workloads.DaemonSetWorkload;
import kat.simulation.workloads.DeploymentWorkload;
import kat.simulation.workloads.JobWorkload;
import kat.simulation.workloads.NamespaceWorkload;
import kat.simulation.workloads.Person;
import kat.simulation.workloads.ServiceWorkload;
import kat.simulation.workloads.StatefulSetWorkload;
import kat.simulation.workloads.WidgetWorkload;
import kat.simulation.workloads.Workload;
import kat.simulation.world.FiberFailed;
import kat.simulation.world.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/// One run of a whole cluster from a seed: people work with it, things break, then everything
/// is mended and must come to rest as the people wanted it.
///
/// **Threads:** one owner.
public final class Simulation {

    /// How long a cluster may take to come to rest when nothing is broken any longer.
    private static final Duration PATIENCE = Duration.ofHours(2);

    /// So long without a write, the cluster is at rest.
    private static final Duration QUIET = Duration.ofMinutes(5);

    private static final Duration STEP = Duration.ofSeconds(1);

    /// How many kinds of workload one run has.
    private static final int WORKLOADS = 3;

    /// How long things break at least, in seconds; at most so long, if people are done by then.
    private static final int LONGEST_FAULTS = 20 * 60;

    /// So seldom nothing breaks.
    private static final int CALM_ONE_IN = 5;

    private final long seed;
    private final SimulatedCluster cluster;
    private final Faults faults;
    private final boolean isBroken;
    private final int duration; // of the faults at least, in seconds
    private final List<Invariant> invariants = Invariants.all();
    private final List<Workload> workloads = new ArrayList<>();
    private Instant lastWrite;
    private int busy; // people
    private @Nullable String violated; // the first invariant that was

    /// What came of a run.
    ///
    /// @param hash of the whole history
    /// @param commits in the history
    /// @param turns of fibers
    /// @param time that passed in the cluster
    public record Outcome(String hash, long commits, long turns, Duration time) {}

    private Simulation(long seed) {
        this.seed = seed;
        Randomness chance = Randomness.seeded(seed);
        this.cluster =
                new SimulatedCluster(
                        chance,
                        3,
                        new TreeMap<>(Map.of("cpu", "2", "memory", "4Gi", "pods", "10")));
        this.lastWrite = cluster.world().now();
        this.faults = new Faults(cluster, chance);
        this.isBroken = chance.nextInt(CALM_ONE_IN) > 0;
        this.duration = chance.nextInt(LONGEST_FAULTS);
        workloads.addAll(workloads(chance));
        cluster.history().onCommit(this::see);
        SimulatedProcess people = cluster.world().process("people");
        Transport transport = cluster.network().transport(people, "kubernetes-admin");
        for (Workload workload : workloads) {
            busy++;
            Threads.Running unused =
                    people.start(
                            "person", () -> work(workload, new Person(people, transport, chance)));
        }
    }

    private static List<Workload> workloads(Randomness chance) {
        List<Workload> all =
                new ArrayList<>(
                        List.of(
                                new DeploymentWorkload("default", "web"),
                                new StatefulSetWorkload("default", "db"),
                                new DaemonSetWorkload("default", "agent"),
                                new JobWorkload("default", "sum"),
                                new CronJobWorkload("default", "tick"),
                                new NamespaceWorkload("shop"),
                                new BudgetWorkload("default", "guarded"),
                                new ServiceWorkload("default", "served"),
                                new WidgetWorkload("default", "gear")));
        List<Workload> chosen = new ArrayList<>();
        for (int i = 0; i < WORKLOADS; i++) {
            chosen.add(all.remove(chance.nextInt(all.size())));
        }
        return chosen;
    }

    private void work(Workload workload, Person person) {
        try {
            workload.run(person);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        busy--;
    }

    private void see(Commit commit) {
        if (!History.ROUTINE.contains(commit.resource())) {
            lastWrite = commit.when();
        }
        for (Invariant invariant : invariants) {
            Optional<String> violation = invariant.violation(commit, cluster.history().objects());
            if (violation.isPresent() && violated == null) {
                violated = invariant.getClass().getSimpleName() + ": " + violation.get();
            }
        }
    }

    /// Runs a whole cluster.
    ///
    /// @throws SimulationFailed when something does not hold
    public static Outcome run(long seed) {
        return run(seed, _ -> {});
    }

    /// As [#run(long)].
    ///
    /// @param listener is told of every commit
    public static Outcome run(long seed, Consumer<Commit> listener) {
        if (!Boolean.getBoolean("kat.simulation.logs")) {
            Logs.silence();
        }
        Simulation simulation = new Simulation(seed);
        simulation.cluster.history().onCommit(listener);
        try {
            return simulation.run();
        } catch (FiberFailed | IllegalStateException e) {
            throw simulation.failed(String.valueOf(e.getMessage()), e);
        } finally {
            simulation.cluster.close();
        }
    }

    private Outcome run() {
        Instant begin = cluster.world().now();
        cluster.start();
        while (!cluster.server().isReady()) {
            step();
        }
        if (isBroken) {
            faults.begin();
        }
        Instant mended = cluster.world().now().plusSeconds(isBroken ? duration : 0);
        while (busy > 0 || cluster.world().now().isBefore(mended)) {
            requireBefore(begin.plus(PATIENCE), "people are not answered");
            if (isBroken) {
                faults.step();
            }
            step();
        }
        faults.end();
        settle();
        List<String> complaints = AtRest.complaints(cluster.history().objects());
        for (Workload workload : workloads) {
            complaints.addAll(workload.complaints(cluster.history().objects()));
        }
        if (!complaints.isEmpty()) {
            throw failed("at rest, but: " + String.join("\n  ", complaints), null);
        }
        return new Outcome(
                cluster.history().hash(),
                cluster.history().count(),
                cluster.world().turns(),
                Duration.between(begin, cluster.world().now()));
    }

    private void step() {
        cluster.world().runFor(STEP);
        if (violated != null) {
            throw failed(violated, null);
        }
    }

    /// Waits for quiet, which counts from the end of the faults: what a last restart sets off
    /// may come only then, however long nothing was written before.
    private void settle() {
        lastWrite = cluster.world().now();
        Instant end = lastWrite.plus(PATIENCE);
        while (lastWrite.plus(QUIET).isAfter(cluster.world().now())) {
            requireBefore(end, "the cluster does not come to rest");
            step();
        }
    }

    private void requireBefore(Instant end, String complaint) {
        if (cluster.world().now().isAfter(end)) {
            throw failed(complaint + " within " + PATIENCE, null);
        }
    }

    private SimulationFailed failed(String what, @Nullable Throwable cause) {
        return new SimulationFailed(seed, what, cluster.history(), cause);
    }
}
