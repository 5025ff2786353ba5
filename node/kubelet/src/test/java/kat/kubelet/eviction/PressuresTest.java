package kat.kubelet.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Quantity;
import org.junit.jupiter.api.Test;

class PressuresTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final long GIBI = 1L << 30;

    private final Pressures pressures = new Pressures(Threshold.USUAL, Duration.ofMinutes(5));

    private static Observation left(Signal signal, long available, long capacity) {
        return new Observation(signal, available, capacity);
    }

    private boolean isMet(Observation observation) {
        return !pressures.look(List.of(observation), NOW).due().isEmpty();
    }

    @Test
    void aSoftThresholdIsDueOnceItWasMetForItsGracePeriod() {
        Limit little = Limit.of(Quantity.parse("1Gi"));
        Pressures soft =
                new Pressures(
                        List.of(
                                new Threshold(
                                        Signal.MEMORY, little, Duration.ofSeconds(90), Limit.NONE)),
                        Duration.ofMinutes(5));
        List<Observation> scarce = List.of(left(Signal.MEMORY, 0, 4 * GIBI));
        List<Observation> fine = List.of(left(Signal.MEMORY, GIBI, 4 * GIBI));

        Pressures.Look first = soft.look(scarce, NOW);
        assertEquals(List.of(), first.due());
        assertEquals(List.of("MemoryPressure"), first.conditions());
        assertEquals(List.of(), soft.look(scarce, NOW.plusSeconds(89)).due());
        assertEquals(1, soft.look(scarce, NOW.plusSeconds(90)).due().size());
        assertEquals(List.of(), soft.look(fine, NOW.plusSeconds(100)).due());
        assertEquals(List.of(), soft.look(scarce, NOW.plusSeconds(110)).due());
    }

    @Test
    void whatWasDueStaysSoUntilThereIsAsMuchMoreAsAsked() {
        Limit least = Limit.of(Quantity.parse("1Gi"));
        Threshold threshold = new Threshold(Signal.MEMORY, least, Duration.ZERO, Limit.share(25));
        Pressures strict = new Pressures(List.of(threshold), Duration.ofMinutes(5));
        List<Observation> between = List.of(left(Signal.MEMORY, 3 * GIBI / 2, 4 * GIBI));

        assertEquals(List.of(), strict.look(between, NOW).due());
        assertFalse(strict.isRelieved(between));
        strict.look(List.of(left(Signal.MEMORY, 0, 4 * GIBI)), NOW);
        assertEquals(1, strict.look(between, NOW.plusSeconds(10)).due().size());
        List<Observation> enough = List.of(left(Signal.MEMORY, 2 * GIBI, 4 * GIBI));
        assertTrue(strict.isRelieved(enough));
        assertEquals(List.of(), strict.look(enough, NOW.plusSeconds(20)).due());
    }

    @Test
    void aShareOfASmallDiskIsTheThreshold() {
        assertTrue(isMet(left(Signal.NODE_FS, GIBI - 1000, 10 * GIBI)));
        assertFalse(isMet(left(Signal.NODE_FS, GIBI + 1000, 10 * GIBI)));
    }

    @Test
    void aShareOfALargeDiskIsNeverLittle() {
        assertFalse(isMet(left(Signal.NODE_FS, 20 * GIBI, 1000 * GIBI)));
        assertTrue(isMet(left(Signal.NODE_FS, GIBI, 1000 * GIBI)));
    }

    @Test
    void memoryComesBeforeDisks() {
        Pressures.Look look =
                pressures.look(
                        List.of(left(Signal.IMAGE_FS, 0, GIBI), left(Signal.MEMORY, 0, GIBI)), NOW);

        assertEquals(Signal.MEMORY, look.due().getFirst().threshold().signal());
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
