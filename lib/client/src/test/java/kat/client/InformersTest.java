package kat.client;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import kat.api.Kinds;
import kat.base.testing.FakeTicker;
import kat.client.testing.ReadOnlyTransport;
import org.junit.jupiter.api.Test;

class InformersTest {

    private final Informers informers =
            new Informers(new ReadOnlyTransport(), new FakeTicker(Instant.EPOCH));

    @Test
    void startsNoInformerOnceAllWereClosed() {
        Informer pods = informers.informer(Kinds.POD);

        informers.close();

        assertSame(pods, informers.informer(Kinds.POD));
        assertThrows(IllegalStateException.class, () -> informers.informer(Kinds.SERVICE));
    }
}
