package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A store that fills between two rounds of its upkeep.
@Timeout(120)
class UpkeepTest {

    private static final LogSource WEB =
            new LogSource("default", "web", "uid-1", "app", 0, "node", new TreeMap<>());

    @TempDir Path folder;
    private final Ticker ticker = new SystemTicker();
    private final CountDownLatch begun = new CountDownLatch(1);
    private LineStore store;
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    @BeforeEach
    void open() throws IOException {
        store =
                LineStore.open(
                        folder.resolve("lines"),
                        new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(1)));
    }

    @AfterEach
    void close() throws Exception {
        thread.interrupt();
        thread.join();
        store.close();
    }

    /// Starts it, and waits until its first round is over.
    private Upkeep upkeep(LongSupplier needed) throws InterruptedException {
        LongSupplier telling =
                () -> {
                    begun.countDown();
                    return needed.getAsLong();
                };
        Upkeep upkeep = new Upkeep(store, telling, ticker);
        thread = Thread.startVirtualThread(upkeep::run);
        assertTrue(begun.await(50, TimeUnit.SECONDS));
        assertTrue(upkeep.hasRoom());
        return upkeep;
    }

    private void fill() throws IOException {
        Random random = new Random(7);
        byte[] noise = new byte[1 << 14];
        while (store.hasRoom()) {
            random.nextBytes(noise);
            store.add(WEB, LogRecord.nanos(ticker.now()), false, noise, 0, noise.length);
            store.commit();
        }
    }

    @Test
    void whatIsNeededFillsTheStoreAndNoMore() throws Exception {
        Upkeep upkeep = upkeep(() -> 0);

        fill();

        assertFalse(upkeep.hasRoom());
        long size = store.sizeOnDisk();
        assertFalse(upkeep.hasRoom());
        assertEquals(size, store.sizeOnDisk());
    }

    @Test
    void whatNobodyNeedsGivesItsRoomAtOnce() throws Exception {
        Upkeep upkeep = upkeep(() -> Long.MAX_VALUE);

        for (int i = 0; i < 3; i++) {
            fill();
            assertTrue(upkeep.hasRoom());
        }

        assertTrue(store.sizeOnDisk() < StoreLimits.LEAST_BYTES);
    }
}
