package kat.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.disk.DirectoryDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What lies on disk when values are sealed.
class SealTest {

    private static final String PLAIN = "nobody may read this";

    @TempDir Path folder;

    /// Shifts each character by a number that it writes in front: `#1:opcpez`.
    private record Shift(List<Integer> numbers) implements Seal {

        static Shift by(Integer... numbers) {
            return new Shift(List.of(numbers));
        }

        private String prefix() {
            return "#" + numbers.getFirst() + ":";
        }

        @Override
        public byte[] seal(String key, byte[] value) {
            byte[] prefix = prefix().getBytes(UTF_8);
            byte[] sealed = new byte[prefix.length + value.length];
            System.arraycopy(prefix, 0, sealed, 0, prefix.length);
            for (int i = 0; i < value.length; i++) {
                sealed[prefix.length + i] = (byte) (value[i] + numbers.getFirst());
            }
            return sealed;
        }

        @Override
        public byte[] open(String key, byte[] stored) throws SealException {
            String text = new String(stored, ISO_8859_1);
            if (!text.startsWith("#")) {
                return stored;
            }
            int number = Integer.parseInt(text.substring(1, text.indexOf(':')));
            if (!numbers.contains(number)) {
                throw new SealException("the key " + number + " is not known");
            }
            byte[] sealed = text.substring(text.indexOf(':') + 1).getBytes(ISO_8859_1);
            for (int i = 0; i < sealed.length; i++) {
                sealed[i] = (byte) (sealed[i] - number);
            }
            return sealed;
        }

        @Override
        public boolean isOutdated(String key, byte[] stored) {
            return !new String(stored, ISO_8859_1).startsWith(prefix());
        }
    }

    private EmbeddedStore open(Seal seal) throws IOException {
        return EmbeddedStore.open(
                folder, StoreConfig.defaults(), seal, new SystemTicker(), Randomness.seeded(1));
    }

    private static void put(Store store, String key, String value) {
        store.commit(
                new Transaction(
                        List.of(),
                        List.of(new Change.Put(key, Value.of(value.getBytes(UTF_8)))),
                        new Cause("test", 0)));
    }

    private static String read(Store store, String key) {
        Entry entry = store.get(key);
        return entry == null ? "none" : new String(entry.bytes(), UTF_8);
    }

    private boolean diskHolds(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    /// Opens and closes until what it does behind the back of callers is done.
    private void settle(Seal seal, String gone) throws Exception {
        for (int i = 0; i < 100 && diskHolds(gone); i++) {
            try (EmbeddedStore store = open(seal)) {
                put(store, "/registry/others/x", "x" + i);
                // A commit behind the end of the snapshot finds it in its place.
                put(store, "/registry/others/x", "y" + i);
            }
        }
    }

    @Test
    void theLogHoldsSealedValuesAndMemoryPlainOnes() throws Exception {
        try (EmbeddedStore store = open(Shift.by(1))) {
            put(store, "/registry/secrets/a", PLAIN);

            assertEquals(PLAIN, read(store, "/registry/secrets/a"));
        }
        assertFalse(diskHolds(PLAIN));
        assertTrue(diskHolds("#1:"));

        try (EmbeddedStore store = open(Shift.by(1))) {
            assertEquals(PLAIN, read(store, "/registry/secrets/a"));
        }
    }

    @Test
    void whatLayOpenIsSealedAtTheNextStart() throws Exception {
        try (EmbeddedStore store = open(Seal.NONE)) {
            put(store, "/registry/secrets/a", "before");
            put(store, "/registry/secrets/a", PLAIN);
        }
        assertTrue(diskHolds(PLAIN));

        settle(Shift.by(1), PLAIN);

        assertFalse(diskHolds(PLAIN));
        assertFalse(diskHolds("before"));
        try (EmbeddedStore store = open(Shift.by(1))) {
            assertEquals(PLAIN, read(store, "/registry/secrets/a"));
        }
    }

    @Test
    void aKeyCanGoOnceAllIsSealedWithTheNext() throws Exception {
        try (EmbeddedStore store = open(Shift.by(1))) {
            put(store, "/registry/secrets/a", PLAIN);
        }

        settle(Shift.by(2, 1), "#1:");

        try (EmbeddedStore store = open(Shift.by(2))) {
            assertEquals(PLAIN, read(store, "/registry/secrets/a"));
        }
    }

    @Test
    void aStoreWhoseNewestValueCannotBeOpenedDoesNotOpen() throws Exception {
        try (EmbeddedStore store = open(Shift.by(1))) {
            put(store, "/registry/secrets/a", PLAIN);
        }

        var refused = assertThrows(SealException.class, () -> open(Shift.by(2)));

        assertEquals(
                "cannot open \"/registry/secrets/a\": the key 1 is not known; configure the key it"
                        + " was written with",
                refused.getMessage());
        try (EmbeddedStore store = open(Shift.by(1))) {
            assertEquals(PLAIN, read(store, "/registry/secrets/a"));
        }
    }

    @Test
    void aValueThatWasReplacedNeedsItsKeyNoMore() throws Exception {
        try (EmbeddedStore store = open(Shift.by(1))) {
            put(store, "/registry/secrets/a", "old");
            put(store, "/registry/secrets/gone", "old");
        }
        // The log of a store that had no time to write a snapshot.
        Seal both =
                new Seal() {
                    @Override
                    public byte[] seal(String key, byte[] value) {
                        return Shift.by(2).seal(key, value);
                    }

                    @Override
                    public byte[] open(String key, byte[] stored) throws SealException {
                        return Shift.by(1, 2).open(key, stored);
                    }

                    @Override
                    public boolean isOutdated(String key, byte[] stored) {
                        return false;
                    }
                };
        long revision;
        try (EmbeddedStore store = open(both)) {
            put(store, "/registry/secrets/a", PLAIN);
            store.commit(
                    new Transaction(
                            List.of(),
                            List.of(new Change.Delete("/registry/secrets/gone")),
                            new Cause("test", 0)));
            revision = store.revision();
        }

        try (EmbeddedStore store = open(Shift.by(2))) {
            assertEquals(PLAIN, read(store, "/registry/secrets/a"));
            assertEquals("none", read(store, "/registry/secrets/gone"));
            assertEquals(revision, store.compactedRevision());
        }
    }

    @Test
    void aRunningStoreSealsAgainWhenItIsTold() throws Exception {
        boolean[] isNew = {false};
        Seal changing =
                new Seal() {
                    private Shift now() {
                        return isNew[0] ? Shift.by(2, 1) : Shift.by(1);
                    }

                    @Override
                    public byte[] seal(String key, byte[] value) {
                        return now().seal(key, value);
                    }

                    @Override
                    public byte[] open(String key, byte[] stored) throws SealException {
                        return now().open(key, stored);
                    }

                    @Override
                    public boolean isOutdated(String key, byte[] stored) {
                        return now().isOutdated(key, stored);
                    }
                };
        try (EmbeddedStore store =
                EmbeddedStore.open(
                        new EmbeddedStore.Parts(
                                new DirectoryDisk(folder),
                                StoreConfig.defaults(),
                                changing,
                                new SystemTicker(),
                                Randomness.seeded(1),
                                Runnable::run,
                                CallerCommitter::new))) {
            put(store, "/registry/secrets/a", PLAIN);
            isNew[0] = true;

            store.reseal();
        }

        assertFalse(diskHolds("#1:"));
        try (EmbeddedStore store = open(Shift.by(2))) {
            assertEquals(PLAIN, read(store, "/registry/secrets/a"));
        }
    }
}
