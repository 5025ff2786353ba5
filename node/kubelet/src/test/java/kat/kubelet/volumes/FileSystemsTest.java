package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemsTest {

    @TempDir Path folder;

    @Test
    void tellsHowManyFilesADiskCanHold() throws IOException {
        FileSystems.Inodes inodes = new FileSystems().inodes(folder);

        assertTrue(inodes.free() <= inodes.total(), inodes.toString());
        assertTrue(inodes.free() >= 0, inodes.toString());
    }

    @Test
    void tellsHowFullADiskIs() throws IOException {
        Fill fill = new FileSystems().fill(folder);

        long total = folder.toFile().getTotalSpace();
        assertEquals(total, fill.bytes().total());
        assertTrue(fill.bytes().used() + fill.bytes().available() <= total, fill.toString());
        assertEquals(new FileSystems().inodes(folder).total(), fill.inodes().total());
        assertTrue(fill.inodes().used() <= fill.inodes().total(), fill.toString());
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThrows(IOException.class, () -> new FileSystems().inodes(folder.resolve("none")));
    }
}
