package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimsTest {

    @TempDir Path home;

    private Claims.Found find(Path local) throws VolumeFault, IOException {
        String volume =
                "{\"metadata\":{\"name\":\"pv\"},\"spec\":{\"local\":{\"path\":\""
                        + local
                        + "\"}}}";
        return new Claims((_, _) -> null, new KubeletFolder(home))
                .find(KubeObject.parse(volume.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aLocalVolumeIsWhatItsLinkLeadsTo() throws Exception {
        Path folder = Files.createDirectory(home.resolve("disk")).toRealPath();
        Path link = Files.createSymbolicLink(home.resolve("link"), folder);

        assertEquals(new Claims.Found(folder, true), find(link));
    }

    @Test
    void aLocalVolumeThatIsNoFolderIsRefused() throws Exception {
        Path file = Files.createFile(home.resolve("file"));

        VolumeFault fault = assertThrows(VolumeFault.class, () -> find(file));

        assertEquals(
                "path \"" + file + "\" is no folder, and nothing else is mounted",
                fault.getMessage());
    }
}
