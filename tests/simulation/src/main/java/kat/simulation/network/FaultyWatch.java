package kat.simulation.network;

import java.time.Duration;
import kat.client.WatchEvent;
import kat.client.WatchStream;
import kat.simulation.world.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/// A watch over a network: messages take time, the stream may fall silent for a while or break.
final class FaultyWatch implements WatchStream {

    private final Network network;
    private final SimulatedProcess process;
    private final WatchStream stream;
    private boolean isBroken;

    FaultyWatch(Network network, SimulatedProcess process, WatchStream stream) {
        this.network = network;
        this.process = process;
        this.stream = stream;
    }

    @Override
    public @Nullable WatchEvent next(Duration timeout) throws InterruptedException {
        if (isBroken) {
            return null;
        }
        WatchEvent event = stream.next(timeout);
        if (event == null) {
            return null;
        }
        Odds odds = network.odds();
        boolean stalls = Odds.happens(odds.stalledWatches(), network.chance());
        process.sleep(Odds.upTo(stalls ? Odds.STALL : Odds.USUAL, network.chance()));
        if (Odds.happens(odds.brokenWatches(), network.chance())) {
            close();
            isBroken = true;
            return null;
        }
        return event;
    }

    @Override
    public boolean isOver() {
        return isBroken || stream.isOver();
    }

    @Override
    public void close() {
        network.closed(stream);
        stream.close();
    }
}
