package kat.kubelet.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeDataTest {

    private static final VolumeData DATA = new VolumeData("pv-1", "d", "vol-1", false, "csi-1");

    @TempDir Path folder;

    @Test
    void readsWhatWasWrittenLast() throws IOException {
        new VolumeData("pv-0", "d", "vol-0", false, "").save(folder, "node-0");

        DATA.save(folder, "node-0");

        assertEquals(DATA, VolumeData.load(folder));
        assertEquals(List.of(folder.resolve("vol_data.json")), CsiVolumes.list(folder));
    }

    @Test
    void refusesWhatACrashLeftHalfWritten() throws IOException {
        Files.writeString(folder.resolve("vol_data.json"), "{\"driverName\":");

        assertThrows(IOException.class, () -> VolumeData.load(folder));
    }
}
