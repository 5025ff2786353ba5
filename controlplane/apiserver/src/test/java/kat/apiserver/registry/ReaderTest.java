package kat.apiserver.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.fairness.Work;
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

    private void fill() {
        fill("default");
    }

    /// The first in order is large, all others are small.
    private void fill(String namespace) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            String name = "m%03d".formatted(i);
            JsonObject object =
                    JsonObject.of(
                            "metadata",
                            JsonObject.of("name", Json.of(name)),
                            "text",
                            Json.of("x".repeat(i == 0 ? LARGE : 100)));
            String key = resource.key(new ObjectKey(namespace, name));
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

    @Test
    void whatWasNeverListedIsGuessedFromItsFirstEntries() {
        assertEquals(0, reader.seen(resource, "default").entries());
        fill();

        Reader.Size guessed = reader.seen(resource, "default");

        assertEquals(COUNT, guessed.entries());
        assertTrue(guessed.bytes() >= LARGE, guessed::toString);
        assertTrue(Math.abs(after(0).bytes() - guessed.bytes()) <= COUNT, guessed::toString);
    }

    @Test
    void manyThatWereNeverListedAreTakenForLarge() {
        for (int round = 0; round < Reader.PEEK / COUNT + 1; round++) {
            fill("n" + round);
        }

        Reader.Size guessed = reader.seen(resource, "");

        assertEquals(10, Work.ofList(guessed.entries(), guessed.bytes(), 0).seats());
    }
}
