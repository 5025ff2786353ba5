package kat.ingress.proxy;

import io.netty.channel.EventLoop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kat.base.Randomness;
import kat.base.Ticker;

/// What belongs to one event loop: its clients, its connections to servers and its clock. Once a
/// second, while there are any, it closes those that have waited too long.
///
/// **Threads:** its event loop.
final class Worker {

    private static final int SWEEP_SECONDS = 1;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final EventLoop loop;
    private final FrontConfig config;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Pools pools;
    private final Set<ClientHandler> clients = new LinkedHashSet<>();
    private long idPrefix;
    private long idCounter;
    private boolean sweeping;

    Worker(
            EventLoop loop,
            FrontConfig config,
            Dialer dialer,
            Ticker ticker,
            Randomness randomness) {
        this.loop = loop;
        this.config = config;
        this.ticker = ticker;
        this.randomness = randomness;
        this.pools = new Pools(this, dialer);
        byte[] seed = new byte[Long.BYTES];
        randomness.nextBytes(seed);
        for (byte b : seed) {
            idPrefix = idPrefix << Byte.SIZE | (b & 0xff);
        }
    }

    EventLoop loop() {
        return loop;
    }

    FrontConfig config() {
        return config;
    }

    Pools pools() {
        return pools;
    }

    Instant now() {
        return ticker.now();
    }

    long nanos() {
        return ticker.nanos();
    }

    int chance(int bound) {
        return randomness.nextInt(bound);
    }

    /// A name for a request: 32 hexadecimal digits, never the same twice.
    String nextRequestId() {
        idCounter++;
        long mixed = idCounter * MIX;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        byte[] text = new byte[32];
        hex(idPrefix, text, 0);
        hex(mixed ^ (mixed >>> 31), text, 16);
        return new String(text, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static void hex(long value, byte[] to, int at) {
        for (int i = 0; i < 16; i++) {
            int digit = (int) (value >>> (60 - 4 * i)) & 15;
            to[at + i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
    }

    void add(ClientHandler client) {
        clients.add(client);
        sweepLater();
    }

    void remove(ClientHandler client) {
        clients.remove(client);
    }

    /// Sees to it that what waits is looked at.
    void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            java.util.concurrent.Future<?> unused =
                    loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        long now = nanos();
        List<ClientHandler> all = new ArrayList<>(clients);
        for (ClientHandler client : all) {
            client.checkTime(now);
        }
        boolean more = pools.closeIdle(now);
        if (more || !clients.isEmpty()) {
            sweepLater();
        }
    }

    /// Ends every connection.
    void close() {
        List<ClientHandler> all = new ArrayList<>(clients);
        all.forEach(ClientHandler::close);
        pools.close();
    }
}
