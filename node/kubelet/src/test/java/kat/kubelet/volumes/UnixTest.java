package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixTest {

    @TempDir Path folder;

    private int ownGroup() throws IOException {
        return (int) Files.getAttribute(folder, "unix:gid");
    }

    @Test
    void aFolderBelongsToAGroupOnceItWasGivenToIt() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        int group = ownGroup();
        boolean before = Unix.belongsTo(folder, group);

        Unix.giveToGroup(folder, group, false);

        assertFalse(before);
        assertTrue(Unix.belongsTo(folder, group));
        assertFalse(Unix.belongsTo(folder, group + 1));
        assertEquals(0060, (int) Files.getAttribute(file, "unix:mode") & 0060);
    }
}
