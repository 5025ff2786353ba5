package kat.simulation.network;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import kat.base.Randomness;
import kat.client.Transport;
import kat.client.WatchStream;
import kat.simulation.world.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/// The way of all processes to the API server, which may be away.
///
/// **Threads:** who has the turn.
public final class Network {

    private final Randomness chance;
    private final Set<WatchStream> open = new LinkedHashSet<>();
    private @Nullable Function<String, Transport> server;
    private int life; // counts servers
    private Odds odds = Odds.NONE;
    private final Set<String> cutOff = new LinkedHashSet<>(); // names of processes

    public Network(Randomness chance) {
        this.chance = chance;
    }

    public void setOdds(Odds odds) {
        this.odds = odds;
    }

    Odds odds() {
        return odds;
    }

    Randomness chance() {
        return chance;
    }

    /// Cuts a process off: nothing that it asks arrives, and what is sent to it waits. It
    /// learns of that by silence alone.
    ///
    /// @param process its name, also of one that begins later
    public void cutOff(String process) {
        cutOff.add(process);
    }

    /// Ends what [#cutOff] began.
    public void join(String process) {
        cutOff.remove(process);
    }

    boolean isCutOff(SimulatedProcess process) {
        return cutOff.contains(process.name());
    }

    /// Another server answers from now on.
    ///
    /// @param byUser the API as a user sees it
    public void connect(Function<String, Transport> byUser) {
        server = byUser;
        life++;
    }

    /// The server is away: what is under way fails, and watches break.
    public void disconnect() {
        server = null;
        life++;
        List<WatchStream> broken = new ArrayList<>(open);
        open.clear();
        broken.forEach(WatchStream::close);
    }

    /// The API as a process sees it that signs in as `user`.
    public Transport transport(SimulatedProcess process, String user) {
        return new FaultyTransport(this, process, user);
    }

    @Nullable Function<String, Transport> server() {
        return server;
    }

    int life() {
        return life;
    }

    void opened(WatchStream stream) {
        open.add(stream);
    }

    void closed(WatchStream stream) {
        open.remove(stream);
    }
}
