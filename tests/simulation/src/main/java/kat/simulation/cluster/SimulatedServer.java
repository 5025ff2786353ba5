package kat.simulation.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kat.api.KindTable;
import kat.apiserver.LocalServer;
import kat.apiserver.auth.User;
import kat.apiserver.pki.Certificates;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Threads;
import kat.client.ServedKinds;
import kat.simulation.network.Network;
import kat.simulation.world.SimulatedProcess;
import kat.simulation.world.World;
import kat.store.EmbeddedStore;
import kat.store.StoreConfig;
import kat.store.testing.FakeDisk;
import org.jspecify.annotations.Nullable;

/// The machine of the API server: a disk that keeps no more than it must, and the process that
/// runs on it, which may be cut off at any time.
///
/// **Threads:** who has the turn.
public final class SimulatedServer {

    /// Small, so that a short run rolls log files, takes snapshots and compacts.
    private static final StoreConfig CONFIG =
            new StoreConfig(
                    StoreConfig.DEFAULT_TOPICS,
                    new StoreConfig.Retention(2000, 8 << 20, Duration.ofMinutes(5)),
                    new StoreConfig.Files(256 << 10, 64 << 10, 256 << 10));

    private static final Duration DISCOVERY = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final World world;
    private final Network network;
    private final Randomness chance;
    private final History history;
    private final FakeDisk disk;
    private final SimulatedProcess diskTime;
    private @Nullable SimulatedProcess process;
    private @Nullable Supplier<KindTable> live; // of the last process; null until it was up once

    SimulatedServer(World world, Network network, Randomness chance, History history) {
        this.world = world;
        this.network = network;
        this.chance = chance;
        this.history = history;
        this.disk = new FakeDisk(chance);
        this.diskTime = world.process("disk");
    }

    /// Brings the server up; it answers as soon as it has read its disk.
    public void start() {
        Check.state(process == null, "the server runs already");
        SimulatedProcess begun = world.process("server");
        process = begun;
        Threads.Running unused = begun.start("main", () -> boot(begun));
    }

    private void boot(SimulatedProcess here) {
        EmbeddedStore opened;
        try {
            opened = open(here);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        history.recovered(opened);
        RecordedStore recorded = new RecordedStore(opened, here, diskTime, chance, history);
        LocalServer booted =
                new LocalServer(recorded, here, chance, new Certificates(here, chance).newKey());
        booted.start();
        live = booted.kinds()::now;
        network.connect(user -> booted.transport(User.component(user)));
    }

    /// A disk may break while it is read: then the server ends, and is begun again until it
    /// can.
    private EmbeddedStore open(SimulatedProcess here) throws InterruptedException {
        while (true) {
            try {
                return EmbeddedStore.openInCallersThread(disk, CONFIG, here, chance);
            } catch (IOException e) {
                if (!disk.isBroken()) {
                    throw new IllegalStateException("the store cannot be opened", e);
                }
                here.sleep(RETRY);
            }
        }
    }

    /// Cuts the power: what the disk was not forced to keep may be gone.
    public void crash() {
        end();
        disk.crash();
    }

    /// Ends the process; the disk keeps all that was written.
    public void kill() {
        end();
        disk.kill();
    }

    private void end() {
        SimulatedProcess running = Check.notNull(process, "the server does not run");
        process = null;
        network.disconnect();
        running.kill();
    }

    /// Whether it was up once.
    public boolean isReady() {
        return live != null;
    }

    public boolean isRunning() {
        return process != null;
    }

    /// The disk, to be filled and broken.
    public FakeDisk disk() {
        return disk;
    }

    /// The kinds that it serves; null until it was up once.
    @Nullable KindTable kinds() {
        Supplier<KindTable> known = live;
        return known == null ? null : known.get();
    }

    /// The kinds as a process learns of them that asks again and again.
    ServedKinds served(SimulatedProcess asking) {
        List<Runnable> callbacks = new ArrayList<>();
        KindTable[] known = {Check.notNull(kinds(), "the server was up")};
        Threads.Running unused =
                asking.start("discovery", () -> discover(asking, known, callbacks));
        return ServedKinds.of(
                () -> known[0],
                callback -> {
                    callbacks.add(callback);
                    return () -> callbacks.remove(callback);
                });
    }

    private void discover(SimulatedProcess asking, KindTable[] known, List<Runnable> callbacks) {
        try {
            while (true) {
                asking.sleep(DISCOVERY);
                KindTable now = Check.notNull(kinds(), "the server was up");
                if (isRunning() && now != known[0]) {
                    known[0] = now;
                    List.copyOf(callbacks).forEach(Runnable::run);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The server's clock, to be set wrong; null while it does not run.
    public @Nullable SimulatedProcess process() {
        return process;
    }
}
