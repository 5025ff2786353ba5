package kat.kubelet.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import kat.base.testing.FakeTicker;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeImages;
import kat.cri.testing.FakeProgram;
import org.junit.jupiter.api.Test;

class ImageCollectorTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LATER = NOW.plusSeconds(600);
    private static final long MEBI = 1L << 20;

    private final FakeImages images =
            new FakeContainerRuntime(new FakeTicker(NOW), FakeProgram.FOREVER).images();
    private final ImageCollector collector =
            new ImageCollector(images, ImageCollector.Policy.USUAL);

    private List<String> left() {
        return images.list().stream().map(image -> image.repoTags().getFirst()).toList();
    }

    private static String full(String name) {
        return "docker.io/library/" + name;
    }

    @Test
    void removesWhatWasUnusedForLongestUntilEnoughIsFree() {
        images.present("a:1").present("b:1").present("c:1");
        collector.notice(Set.of(full("a:1")), NOW);
        collector.notice(Set.of(full("b:1")), NOW.plusSeconds(60));

        long freed = collector.free(2 * MEBI, Set.of(), LATER);

        assertEquals(2 * MEBI, freed);
        assertEquals(List.of(full("b:1")), left());
    }

    @Test
    void keepsWhatIsUsed() {
        images.present("a:1").present("b:1");
        collector.notice(Set.of(), NOW);

        collector.free(Long.MAX_VALUE, Set.of(full("a:1")), LATER);

        assertEquals(List.of(full("a:1")), left());
    }

    @Test
    void keepsWhatHasJustCome() {
        images.present("a:1");
        collector.notice(Set.of(), LATER.minusSeconds(119));

        assertEquals(0, collector.free(Long.MAX_VALUE, Set.of(), LATER));
    }

    @Test
    void wantsTheDiskAsEmptyAsTheLowShare() {
        ImageCollector.Policy policy = new ImageCollector.Policy(85, 80, 1L << 40, Duration.ZERO);

        assertEquals(0, policy.excess(200, 1000));
        assertEquals(100, policy.excess(100, 1000));
    }

    @Test
    void nothingIsTooMuchWhereThereIsPlenty() {
        assertEquals(0, ImageCollector.Policy.USUAL.excess(20L << 30, 1L << 40));
        assertEquals(
                0, new ImageCollector.Policy(100, 80, 1L << 40, Duration.ZERO).excess(0, 1000));
    }

    @Test
    void refusesSharesThatMakeNoSense() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageCollector.Policy(80, 85, 0, Duration.ZERO));
    }
}
