package kat.simulation.network;

import java.time.Duration;
import kat.client.WatchEvent;
import kat.client.WatchStream;
import kat.simulation.world.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/// A watch over a network: messages take time, the stream may fall silent for a while or break.
final class FaultyWatch implements WatchStream {

    /// How soon a process that was cut off hears again.
    private static final Duration LOOK = Duration.ofSeconds(1);

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
        Duration left = timeout;
        while (network.isCutOff(process)) {
            if (!left.isPositive()) {
                return null;
            }
            process.sleep(LOOK);
            left = left.minus(LOOK);
        }
        WatchEvent event = stream.next(left.isNegative() ? Duration.ZERO : left);
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
