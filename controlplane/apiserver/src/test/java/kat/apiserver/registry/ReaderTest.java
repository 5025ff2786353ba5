package kat.apiserver.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.store.Cause;
import kat.store.Change;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import org.junit.jupiter.api.Test;

class ReaderTest {

    private static final int COUNT = 2 * Reader.LEAST_SAMPLE;
    private static final int LARGE = 1 << 20;

    private final Store store = new MemoryStore();
    private final Resource resource = new Resources(Kinds.builtIn()).require(Kinds.CONFIG_MAP);
    private final Reader reader = new Reader(store);

    /// The first in order is large, all others are small.
    private void fill() {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            String name = "m%03d".formatted(i);
            JsonObject object =
                    JsonObject.of(
                            "metadata",
                            JsonObject.of("name", Json.of(name)),
                            "text",
                            Json.of("x".repeat(i == 0 ? LARGE : 100)));
            String key = resource.key(ObjectKey.of("default", name));
            changes.add(new Change.Put(key, StoredForm.encode(object)));
        }
        store.commit(new Transaction(List.of(), changes, new Cause("test", 0)));
    }

    private Reader.Size after(int limit) {
        Reader.Page page = reader.page(resource, new Reader.Query("default", null, limit, 0, ""));
        assertEquals(limit == 0 ? COUNT : limit, page.entries().size());
        return reader.seen(resource, "default");
    }

    @Test
    void aFewLargeObjectsDoNotMakeAllLarge() {
        fill();
        Reader.Size all = after(0);

        Reader.Size one = after(1);

        assertEquals(COUNT, one.entries());
        assertTrue(Math.abs(all.bytes() - one.bytes()) <= COUNT, one::toString);
    }

    @Test
    void theFirstGuessEndsWithAListOfMany() {
        fill();
        Reader.Size guessed = after(1);

        Reader.Size known = after(Reader.LEAST_SAMPLE);

        assertTrue(guessed.bytes() >= (long) COUNT * LARGE, guessed::toString);
        assertTrue(known.bytes() < 3L * LARGE, known::toString);
    }
}
