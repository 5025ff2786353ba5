package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.StatusException;
import kat.base.testing.FakeTicker;
import kat.client.Informers;
import kat.client.testing.ReadOnlyTransport;
import org.junit.jupiter.api.Test;

class ClusterMetricsTest {

    private final ReadOnlyTransport api = new ReadOnlyTransport();
    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final List<Informers> opened = new ArrayList<>();
    private final ClusterMetrics metrics = new ClusterMetrics(_ -> null, this::open);

    private Informers open() {
        Informers informers = new Informers(api, ticker);
        opened.add(informers);
        return informers;
    }

    @Test
    void letsGoOfWhatItAloneWatchesWhenItIsClosed() {
        assertEquals(List.of(), metrics.objects(Kinds.SECRET));

        metrics.close();

        assertEnded(opened.getFirst());
        StatusException refused =
                assertThrows(StatusException.class, () -> metrics.objects(Kinds.SECRET));
        assertEquals(503, refused.status().code());
        assertEquals(1, opened.size());
    }

    @Test
    void watchesAnewWhenSomebodyAsksAfterItWasForgotten() {
        assertEquals(List.of(), metrics.objects(Kinds.SECRET));

        metrics.forget();

        assertEnded(opened.getFirst());
        assertEquals(List.of(), metrics.objects(Kinds.SECRET));
        assertEquals(2, opened.size());
        metrics.close();
        assertEnded(opened.getLast());
    }

    private static void assertEnded(Informers informers) {
        assertThrows(IllegalStateException.class, () -> informers.informer(Kinds.CONFIG_MAP));
    }
}
