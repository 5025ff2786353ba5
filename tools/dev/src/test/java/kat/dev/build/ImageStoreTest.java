package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {

    private static final String INPUTS = "0123456789abcdef0123456789abcdef";
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    @TempDir Path folder;
    private ImageStore store;

    @BeforeEach
    void open() {
        store = new ImageStore(folder.resolve("store"));
    }

    @Test
    void twoWhoBuildTheSameWriteToPlacesOfTheirOwn() {
        assertNotEquals(store.scratch("web", INPUTS), store.scratch("web", INPUTS));
    }

    @Test
    void manyNoteTheSameAtOnce() throws Exception {
        BuiltImage image = TestImages.of(store, "{}");
        List<FutureTask<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(
                    new FutureTask<>(
                            () -> {
                                for (int n = 0; n < 100; n++) {
                                    store.note("web", INPUTS, image, NOW);
                                }
                                return true;
                            }));
        }
        tasks.forEach(Thread::startVirtualThread);

        for (FutureTask<Boolean> task : tasks) {
            assertTrue(task.get());
        }
        assertEquals(Optional.of(image), store.find("web", INPUTS, NOW));
    }

    @Test
    void whatAProcessThatWasKilledLeftGoesADayLater() throws Exception {
        Path left = store.scratch("web", INPUTS);
        Path used = store.scratch("web", INPUTS);
        Files.setLastModifiedTime(left, FileTime.from(NOW.minusSeconds(25 * 3600)));
        Files.setLastModifiedTime(used, FileTime.from(NOW.minusSeconds(23 * 3600)));

        store.note("web", INPUTS, TestImages.of(store, "{}"), NOW);

        assertFalse(Files.exists(left));
        assertTrue(Files.exists(used));
    }
}
