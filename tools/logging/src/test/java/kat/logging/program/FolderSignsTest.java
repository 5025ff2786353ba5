package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSignsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir private Path root;
    private FolderSigns signs;
    private Path pod;

    @BeforeEach
    void open() throws IOException {
        signs = new FolderSigns(root);
        pod = Files.createDirectory(root.resolve("default_web_uid-1"));
    }

    @AfterEach
    void close() throws IOException {
        signs.close();
    }

    @Test
    void tellsOfTheFirstContainerOfAPodWhoseFolderWasThereBefore() throws Exception {
        assertTrue(signs.watch(List.of()));

        Path unused = Files.createDirectory(pod.resolve("app"));

        assertTrue(signs.await(PATIENCE).everything());
    }

    @Test
    void asksForAnotherLookWhereItBeginsToWatch() throws Exception {
        Path container = Files.createDirectory(pod.resolve("app"));
        Path unused = Files.writeString(root.resolve("no-folder"), "");

        assertTrue(signs.watch(List.of(container)), "files may have come before");
        assertFalse(signs.watch(List.of(container)));
    }

    @Test
    void tellsInWhichContainerSomethingWasWritten() throws Exception {
        Path container = Files.createDirectory(pod.resolve("app"));
        assertTrue(signs.watch(List.of(container)));

        Path unused = Files.writeString(container.resolve("0.log"), "line\n");

        FolderSigns.Changed changed = signs.await(PATIENCE);
        assertEquals(new FolderSigns.Changed(false, Set.of(container)), changed);
    }
}
