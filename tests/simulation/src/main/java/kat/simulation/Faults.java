package kat.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import kat.base.Randomness;
import kat.simulation.cluster.SimulatedCluster;
import kat.simulation.network.Odds;
import kat.simulation.world.SimulatedProcess;

/// Breaks parts of a cluster and mends them, as chance has it.
///
/// | what | how often, a second | for how long, at most |
/// |---|---|---|
/// | a process ends: node, controllers, operator, scheduler | 1 in 40 | 15 minutes |
/// | the server's process ends, its disk keeps all | 1 in 300 | 30 seconds |
/// | the server's power is cut, its disk fails just before | 1 in 300 | 30 seconds |
/// | the disk is full | 1 in 200 | 30 seconds |
/// | one of those processes cannot reach the server | 1 in 60 | 10 minutes |
/// | a clock is set wrong by a minute at most | 1 in 100 | until all is mended |
/// | the network is bad | all the time | |
///
/// **Threads:** one owner, between the world's steps.
final class Faults {

    private static final System.Logger LOG = System.getLogger("kat.simulation.faults");
    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(15);
    private static final Duration LONGEST_PARTITION = Duration.ofMinutes(10);
    private static final Duration LONGEST_RESTART = Duration.ofSeconds(30);
    private static final int LARGEST_CLOCK_ERROR = 60_000; // milliseconds
    private static final int MOST_OPERATIONS = 12; // of the disk, until it fails
    private static final String SERVER = "server";

    private final SimulatedCluster cluster;
    private final Randomness chance;
    private final Map<String, Instant> away = new TreeMap<>(); // until when
    private final Map<String, Instant> cutOff = new TreeMap<>(); // until when
    private Instant full = Instant.MIN; // until when the disk is
    private Instant cut = Instant.MAX; // when the power goes

    Faults(SimulatedCluster cluster, Randomness chance) {
        this.cluster = cluster;
        this.chance = chance;
    }

    void begin() {
        cluster.network().setOdds(Odds.BAD);
    }

    /// What breaks and what is mended within one second.
    void step() {
        Instant now = cluster.world().now();
        bringBack(now);
        if (!now.isBefore(cut)) {
            cut = Instant.MAX;
            if (cluster.server().isRunning()) {
                cluster.server().crash();
                away.put(SERVER, now.plus(upTo(LONGEST_RESTART)));
            }
        }
        if (full.isAfter(Instant.MIN) && !now.isBefore(full)) {
            full = Instant.MIN;
            tell("disk empty", SERVER);
            cluster.server().disk().heal();
        }
        if (oneIn(40)) {
            end(cluster.names().get(chance.nextInt(cluster.names().size())), now);
        }
        breakServer(now);
        if (oneIn(60)) {
            cutOff(cluster.names().get(chance.nextInt(cluster.names().size())), now);
        }
        if (oneIn(100)) {
            setClockWrong();
        }
    }

    private void breakServer(Instant now) {
        if (!cluster.server().isRunning()) {
            return;
        }
        if (oneIn(300)) {
            tell("end", SERVER);
            cluster.server().kill();
            away.put(SERVER, now.plus(upTo(LONGEST_RESTART)));
        } else if (oneIn(300)) {
            cluster.server().disk().failFrom(chance.nextInt(MOST_OPERATIONS));
            tell("disk fails", SERVER);
            cut = now.plusSeconds(1 + chance.nextInt(5));
        } else if (oneIn(200)) {
            tell("disk full", SERVER);
            cluster.server().disk().fill();
            full = now.plus(upTo(LONGEST_RESTART));
        }
    }

    private void end(String name, Instant now) {
        if (cluster.isRunning(name)) {
            tell("end", name);
            cluster.kill(name);
            away.put(name, now.plus(upTo(LONGEST_OUTAGE)));
        }
    }

    private void cutOff(String name, Instant now) {
        if (cutOff.putIfAbsent(name, now.plus(upTo(LONGEST_PARTITION))) == null) {
            tell("cut off", name);
            cluster.network().cutOff(name);
        }
    }

    private void join(String name) {
        tell("joined", name);
        cutOff.remove(name);
        cluster.network().join(name);
    }

    private void setClockWrong() {
        String name = cluster.names().get(chance.nextInt(cluster.names().size()));
        int millis = chance.nextInt(2 * LARGEST_CLOCK_ERROR) - LARGEST_CLOCK_ERROR;
        SimulatedProcess process =
                chance.nextInt(3) == 0 ? cluster.server().process() : cluster.process(name);
        if (process != null) {
            tell("clock wrong by " + millis + " ms", process.name());
            process.setClockError(Duration.ofMillis(millis));
        }
    }

    private void bringBack(Instant now) {
        for (Map.Entry<String, Instant> each : new TreeMap<>(away).entrySet()) {
            if (!now.isBefore(each.getValue())) {
                bringBack(each.getKey());
            }
        }
        for (Map.Entry<String, Instant> each : new TreeMap<>(cutOff).entrySet()) {
            if (!now.isBefore(each.getValue())) {
                join(each.getKey());
            }
        }
    }

    private void bringBack(String name) {
        away.remove(name);
        tell("begin", name);
        if (name.equals(SERVER)) {
            cluster.server().start();
        } else {
            cluster.begin(name);
        }
    }

    /// Mends everything.
    void end() {
        if (cut.isBefore(Instant.MAX) && cluster.server().isRunning()) {
            cluster.server().crash();
            away.put(SERVER, cluster.world().now());
        }
        cut = Instant.MAX;
        cluster.network().setOdds(Odds.NONE);
        cluster.server().disk().heal();
        new TreeMap<>(cutOff).keySet().forEach(this::join);
        new TreeMap<>(away).keySet().forEach(this::bringBack);
        for (String name : cluster.names()) {
            SimulatedProcess process = cluster.process(name);
            if (process != null) {
                process.setClockError(Duration.ZERO);
            }
        }
        SimulatedProcess server = cluster.server().process();
        if (server != null) {
            server.setClockError(Duration.ZERO);
        }
    }

    /// For who reads along.
    private void tell(String what, String whom) {
        LOG.log(
                System.Logger.Level.INFO,
                "fault time={0} what={1} whom={2}",
                cluster.world().now(),
                what,
                whom);
    }

    private boolean oneIn(int count) {
        return chance.nextInt(count) == 0;
    }

    private Duration upTo(Duration most) {
        return Duration.ofMillis(1 + chance.nextInt((int) most.toMillis()));
    }
}
