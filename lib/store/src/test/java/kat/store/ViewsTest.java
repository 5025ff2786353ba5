package kat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ViewsTest {

    private static final StoreConfig SMALL =
            new StoreConfig(
                    StoreConfig.DEFAULT_TOPICS,
                    new StoreConfig.Retention(1_000, 8_000, Duration.ofMinutes(5)),
                    StoreConfig.defaults().log());

    private final Store store = new MemoryStore(SMALL);
    private final AtomicInteger computed = new AtomicInteger();

    private Entry put(String key, int length) {
        Entry present = store.get(key);
        long at = present == null ? 0 : present.modRevision();
        Value value = Value.of(new byte[length]);
        store.commit(Transaction.put(key, at, value, Cause.by("test")));
        return store.get(key);
    }

    private void view(Entry entry) {
        entry.view(Integer.class, _ -> computed.incrementAndGet());
    }

    @Test
    void whatSmallChangesSupersededIsKeptForThoseWhoKeepUp() {
        Entry first = put("/registry/pods/a", 100);
        view(first);
        put("/registry/pods/a", 100);
        put("/registry/pods/b", 100);

        view(first);

        assertEquals(1, computed.get());
    }

    @Test
    void whatLargeChangesSupersededIsGivenUpSooner() {
        Entry first = put("/registry/pods/a", 900);
        view(first);
        put("/registry/pods/a", 900);
        put("/registry/pods/b", 900);

        view(first);

        assertEquals(2, computed.get());
    }
}
