package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageViewsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{\"containerd\":{\"snapshotter\":\"native\"}} | /c/io.containerd.snapshotter.v1.zfs"
                        + " | native",
                "{\"containerd\":{}} | /c/io.containerd.snapshotter.v1.native | native",
                "{} | /c/io.containerd.snapshotter.v1.overlayfs | overlayfs",
                "{} | /elsewhere | overlayfs",
            })
    void theFolderOfTheImagesNamesTheSnapshotterWhereTheConfigurationDoesNot(
            String configuration, String folder, String expected) {
        var images = new FilesystemUsage(Instant.EPOCH, folder, 0, 0);

        assertEquals(expected, ImageViews.snapshotter(Json.object(configuration), List.of(images)));
    }
}
