package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kat.base.SystemTicker;
import org.junit.jupiter.api.Test;

class ImageBuildTest {

    private static final ImageBuild BUILD =
            new ImageBuild("web:1", "deploy/Dockerfile", List.of("WORD=one two"), Path.of("web"));

    @Test
    void layersAreUsedAgainAndTimesAreFixed() {
        assertEquals(
                List.of(
                        "buildah",
                        "build",
                        "--layers",
                        "--timestamp",
                        "0",
                        "--file",
                        "deploy/Dockerfile",
                        "--build-arg=WORD=one two",
                        "--tag=docker-archive:/a/image.tar:web:1",
                        "web"),
                BUILD.command("buildah", Path.of("/a/image.tar")));
    }

    @Test
    void whatToInstallIsSaid() {
        Surroundings bare =
                Surroundings.of(
                        Map.of("PATH", "/nonexistent", "HOME", "/nonexistent"),
                        false,
                        Path.of("/nonexistent"),
                        new SystemTicker());

        assumeTrue(Host.program("buildah", bare).isEmpty(), "buildah is in root's folders");

        CliException missing = assertThrows(CliException.class, () -> BUILD.run(bare));

        assertEquals(
                "buildah is missing, which builds Dockerfiles; Debian's package is buildah",
                missing.getMessage());
    }
}
