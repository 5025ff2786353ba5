package kat.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.testing.StoreContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends StoreContract {

    @TempDir private Path folder;

    @Override
    protected Store open() throws IOException {
        return openAt(folder.resolve("store"));
    }

    private static Store openAt(Path directory) throws IOException {
        return EmbeddedStore.open(
                directory, StoreConfig.defaults(), new SystemTicker(), Randomness.seeded(1));
    }

    @Test
    void whatWasCommittedIsThereAgainWithItsHistory() throws IOException {
        Path directory = folder.resolve("again");
        Value value = Value.around("v".getBytes(UTF_8), "!".getBytes(UTF_8));
        Cause cause = new Cause("me", 1);
        try (Store store = openAt(directory)) {
            store.commit(Transaction.put("/a/b/c", 0, value, cause));
            store.commit(Transaction.put("/a/b/c", 2, value, cause));
            store.commit(Transaction.put("/a/b/d", 0, value, cause));
            store.commit(Transaction.delete("/a/b/d", 4, cause));
        }

        try (Store store = openAt(directory)) {
            Entry entry = store.get("/a/b/c");
            assertEquals(5, store.revision());
            assertArrayEquals("v3!".getBytes(UTF_8), entry.bytes());
            assertEquals(cause, entry.cause());
            assertEquals(2, entry.version());
            RangeQuery before = RangeQuery.latest(KeyRange.all()).at(4);
            assertEquals(2, store.range(before).entries().size());
            Watch.Polled polled = store.watch(new WatchQuery(KeyRange.all(), 1)).poll(9);
            assertEquals(
                    "[PUT /a/b/c@2, PUT /a/b/c@3, PUT /a/b/d@4, DELETE /a/b/d@5]",
                    ((Watch.Events) polled).events().toString());
        }
    }

    @Test
    void onlyOneMayHaveTheDirectory() throws IOException {
        Path directory = folder.resolve("one");
        try (Store _ = openAt(directory)) {
            IOException refused = assertThrows(IOException.class, () -> openAt(directory));

            assertTrue(refused.getMessage().contains("another process"), refused.getMessage());
        }
    }

    @Test
    void filesAreTheOwnersOnly() throws IOException {
        Path directory = folder.resolve("owner");
        openAt(directory).close();

        assertEquals("rwx------", permissions(directory));
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertEquals(2, all.size());
            all.forEach(file -> assertEquals("rw-------", permissions(file)));
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
