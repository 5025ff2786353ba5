package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.base.testing.FakeTicker;
import kat.store.Cause;
import kat.store.Entry;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.Test;

class EventExpiryTest {

    private final Store store = new MemoryStore();
    private final Resource events = new Resources(Kinds.builtIn()).require(Kinds.EVENT);
    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-01T12:00:00Z"));
    private final EventExpiry expiry = new EventExpiry(store, events, ticker);

    private String write(String name, String created) {
        String key = events.key(new ObjectKey("default", name));
        Entry before = store.get(key);
        byte[] bytes =
                ("{\"metadata\":{\"creationTimestamp\":\""
                                + created
                                + "\",\"name\":\""
                                + name
                                + "\"}}")
                        .getBytes(UTF_8);
        long revision = before == null ? 0 : before.modRevision();
        store.commit(Transaction.put(key, revision, Value.of(bytes), Cause.by("test")));
        return key;
    }

    @Test
    void removesAnEventAnHourAfterItWasWritten() {
        expiry.turn();
        String key = write("seen", "2026-01-01T12:00:00Z");
        expiry.turn();

        ticker.advance(Duration.ofMinutes(59));
        expiry.turn();
        assertNotNull(store.get(key));

        ticker.advance(Duration.ofMinutes(2));
        expiry.turn();
        assertNull(store.get(key));
    }

    @Test
    void keepsAnEventThatWasWrittenAgain() {
        String key = write("counted", "2026-01-01T11:30:00Z");
        expiry.turn();
        write("counted", "2026-01-01T11:30:00Z");
        expiry.turn();

        ticker.advance(Duration.ofMinutes(31));
        expiry.turn();

        assertNotNull(store.get(key));
    }

    @Test
    void removesAtTheStartWhatIsOldAlready() {
        String key = write("old", "2026-01-01T10:00:00Z");

        expiry.turn();

        assertNull(store.get(key));
    }
}
