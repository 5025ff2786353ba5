package kat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BoundedStoreTest {

    private static final Cause CAUSE = Cause.by("test");

    private boolean isFull;
    private long reserve = 10_000;

    private final Store store =
            new BoundedStore(
                    new MemoryStore(),
                    new Room() {
                        @Override
                        public boolean admits(long bytes) {
                            return !isFull;
                        }

                        @Override
                        public boolean spares(long bytes) {
                            reserve -= bytes;
                            return reserve >= 0;
                        }

                        @Override
                        public String toString() {
                            return "55 of 64 MiB are in use";
                        }
                    });

    private long put(String key, long at, int length) {
        Value value = Value.of(new byte[length]);
        Commit commit = store.commit(Transaction.put(key, at, value, CAUSE));
        return assertInstanceOf(Commit.Committed.class, commit).revision();
    }

    @Test
    void takesNothingNewWhenMemoryIsFull() {
        isFull = true;

        StoreFullException refused =
                assertThrows(StoreFullException.class, () -> put("/a/new", 0, 1));

        assertEquals(
                "the write was not made, the server's memory is full: 55 of 64 MiB are in use;"
                        + " delete what is not needed, or give the server more memory",
                refused.getMessage());
        assertNull(store.get("/a/new"));
    }

    @Test
    void letsValuesGrowALittleSoThatTheyCanBeMarkedAsDeleted() {
        long made = put("/a/old", 0, 100_000);
        isFull = true;

        long marked = put("/a/old", made, 100_000 + (int) BoundedStore.SLACK);

        assertThrows(
                StoreFullException.class,
                () -> put("/a/old", marked, 100_001 + 2 * (int) BoundedStore.SLACK));
    }

    @Test
    void littleGrowthEndsWithTheReserve() {
        long made = put("/a/old", 0, 1_000);
        isFull = true;
        long grown = put("/a/old", made, 5_000);
        long again = put("/a/old", grown, 9_000);

        assertThrows(StoreFullException.class, () -> put("/a/old", again, 13_000));
        put("/a/old", again, 9_000);
    }

    @Test
    void deletesAndTakesAgainWhatThereIsRoomFor() {
        long made = put("/a/old", 0, 100_000);
        isFull = true;

        store.commit(Transaction.delete("/a/old", made, CAUSE));
        isFull = false;

        put("/a/old", 0, 1);
        assertEquals(1, store.get("/a/old").bytes().length);
    }
}
