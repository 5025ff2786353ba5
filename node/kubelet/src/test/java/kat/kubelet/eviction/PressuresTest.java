package kat.kubelet.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PressuresTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final long GIBI = 1L << 30;

    private final Pressures pressures = new Pressures(Threshold.USUAL, Duration.ofMinutes(5));

    private static Observation left(Signal signal, long available, long capacity) {
        return new Observation(signal, available, capacity);
    }

    @Test
    void aShareOfASmallDiskIsTheThreshold() {
        assertTrue(pressures.isMet(left(Signal.NODE_FS, GIBI - 1000, 10 * GIBI)));
        assertFalse(pressures.isMet(left(Signal.NODE_FS, GIBI + 1000, 10 * GIBI)));
    }

    @Test
    void aShareOfALargeDiskIsNeverLittle() {
        assertFalse(pressures.isMet(left(Signal.NODE_FS, 20 * GIBI, 1000 * GIBI)));
        assertTrue(pressures.isMet(left(Signal.NODE_FS, GIBI, 1000 * GIBI)));
    }

    @Test
    void memoryComesBeforeDisks() {
        Pressures.Look look =
                pressures.look(
                        List.of(left(Signal.IMAGE_FS, 0, GIBI), left(Signal.MEMORY, 0, GIBI)), NOW);

        assertEquals(Signal.MEMORY, look.met().getFirst().signal());
        assertEquals(List.of("DiskPressure", "MemoryPressure"), look.conditions());
    }

    @Test
    void aConditionOutlivesItsCauseByThePeriod() {
        pressures.look(List.of(left(Signal.MEMORY, 0, GIBI)), NOW);
        List<Observation> fine = List.of(left(Signal.MEMORY, GIBI, GIBI));

        assertEquals(
                List.of("MemoryPressure"), pressures.look(fine, NOW.plusSeconds(299)).conditions());
        assertEquals(List.of(), pressures.look(fine, NOW.plusSeconds(300)).conditions());
    }
}
