package kat.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real process that writes and is killed in the middle of it, again and again: what it was told
/// to be committed is there, and the revision never falls.
class KillTest {

    private static final int CYCLES = System.getProperty("kat.nightly") == null ? 20 : 200;
    private static final int MOST_LINES = 1200;

    @TempDir private Path folder;

    @Test
    void noAcknowledgedWriteIsLost() throws IOException, InterruptedException {
        long seed = Long.getLong("kat.seed", 1);
        Randomness random = Randomness.seeded(seed);
        Map<String, Integer> acknowledged = new HashMap<>();
        long revision = Store.EMPTY_REVISION;
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            long told = writeAndKill(random.nextInt(MOST_LINES), acknowledged);
            try (Store store = open(folder)) {
                assertTrue(store.revision() >= Math.max(told, revision), "cycle " + cycle);
                revision = store.revision();
                for (Map.Entry<String, Integer> last : acknowledged.entrySet()) {
                    assertEquals(last.getKey(), check(store, last.getKey(), last.getValue()));
                }
            }
        }
        assertTrue(revision > CYCLES, "something was written");
    }

    /// A writer may have committed once more than it came to tell.
    private static String check(Store store, String key, int told) {
        Entry entry = assertPresent(store.get(key), key);
        int count = Integer.parseInt(new String(entry.bytes(), UTF_8).trim());
        assertTrue(count == told || count == told + 1, key + ": told " + told + " is " + count);
        return entry.key();
    }

    private static Entry assertPresent(Entry entry, String key) {
        assertNotNull(entry, key);
        return entry;
    }

    private long writeAndKill(int lines, Map<String, Integer> acknowledged)
            throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWriter.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long revision = 0;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
            int read = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                List<String> words = List.of(line.split(" "));
                if (words.size() == 4 && words.get(3).equals("end")) {
                    acknowledged.put(words.get(0), Integer.valueOf(words.get(1)));
                    revision = Math.max(revision, Long.parseLong(words.get(2)));
                }
                if (read++ == lines) {
                    child.toHandle().destroyForcibly(); // leaves what was told to be read
                }
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        return revision;
    }

    static Store open(Path directory) throws IOException {
        StoreConfig defaults = StoreConfig.defaults();
        StoreConfig config =
                new StoreConfig(
                        defaults.topics(),
                        new StoreConfig.Retention(1000, 1 << 20, defaults.history().maxAge()),
                        new StoreConfig.Files(128 << 10, 16 << 10, 256 << 10));
        return EmbeddedStore.open(directory, config, new SystemTicker(), Randomness.system());
    }
}
