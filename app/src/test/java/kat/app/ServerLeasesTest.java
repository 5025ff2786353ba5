package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import kat.base.testing.FakeTicker;
import kat.controllers.endpointslice.ApiServerService.Server;
import kat.store.MemoryStore;
import kat.store.Store;
import org.junit.jupiter.api.Test;

class ServerLeasesTest {

    private static final Server ONE = new Server("192.0.2.1", 6443);
    private static final Server TWO = new Server("192.0.2.2", 6443);
    private static final Server NEIGHBOUR = new Server("192.0.2.1", 7000);

    private final FakeTicker first = new FakeTicker(Instant.parse("2026-01-01T00:00:00Z"));

    /// Another machine's clock is wrong by years.
    private final FakeTicker second = new FakeTicker(Instant.parse("2020-01-01T00:00:00Z"));

    private final Store store = new MemoryStore();
    private final ServerLeases one = new ServerLeases(store, first, ONE);
    private final ServerLeases two = new ServerLeases(store, second, TWO);

    private void start() {
        one.start();
        two.start();
        ServerLeases neighbour = new ServerLeases(store, second, NEIGHBOUR);
        neighbour.start();
    }

    @Test
    void namesAllThatAreAlive() {
        start();

        assertEquals(Set.of(ONE, TWO, NEIGHBOUR), Set.copyOf(one.alive()));
        assertEquals(Set.of(ONE, TWO, NEIGHBOUR), Set.copyOf(two.alive()));
    }

    @Test
    void forgetsWhoRenewsNoMore() {
        start();
        assertEquals(3, one.alive().size());

        first.advance(ServerLeases.LASTING.minusMillis(1));
        assertEquals(3, one.alive().size());
        first.advance(Duration.ofMillis(1));

        assertEquals(List.of(ONE), one.alive());
        assertNull(store.get("/registry/masterleases/192.0.2.2:6443"));
    }

    @Test
    void keepsWhoRenews() throws InterruptedException {
        start();
        for (int i = 0; i < 3; i++) {
            assertEquals(3, one.alive().size());
            first.advance(ServerLeases.PERIOD);
            long before = store.revision();
            second.advance(ServerLeases.PERIOD);
            while (store.revision() < before + 2) {
                Thread.onSpinWait();
            }
        }

        assertEquals(Set.of(ONE, TWO, NEIGHBOUR), Set.copyOf(one.alive()));
    }

    @Test
    void whoStopsIsNamedNoMoreAtOnce() {
        start();

        two.close();

        assertEquals(Set.of(ONE, NEIGHBOUR), Set.copyOf(one.alive()));
    }
}
