package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.base.SystemTicker;
import kat.cri.DockerfileBuild;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ImageBuildTest {

    @TempDir Path folder;

    private static Surroundings with(String path) {
        return Surroundings.of(
                Map.of("PATH", path, "HOME", "/nonexistent"),
                false,
                Path.of("/nonexistent"),
                new SystemTicker());
    }

    private DockerfileBuild build() {
        return new DockerfileBuild("web:1", "", List.of(), List.of(), folder);
    }

    @Test
    void whatToInstallIsSaid() {
        Surroundings bare = with("/nonexistent");

        assumeTrue(Host.program("buildah", bare).isEmpty(), "buildah is in root's folders");

        CliException missing =
                assertThrows(CliException.class, () -> ImageBuild.run(build(), bare));

        assertEquals(
                "buildah is missing, which builds Dockerfiles; Debian's package is buildah",
                missing.getMessage());
    }

    @Test
    void anInterruptEndsBuildah() throws Exception {
        Path started = folder.resolve("started");
        script(
                "echo $$ > "
                        + started
                        + ".part; mv "
                        + started
                        + ".part "
                        + started
                        + "; sleep 600");
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        Thread building =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        Path unused =
                                                ImageBuild.run(build(), with(folder.toString()));
                                    } catch (InterruptedException e) {
                                        wasInterrupted.set(true);
                                    }
                                });
        while (!Files.exists(started)) {
            Thread.onSpinWait();
        }
        long pid = Long.parseLong(Files.readString(started).strip());

        building.interrupt();
        building.join();

        assertTrue(wasInterrupted.get());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    private void script(String line) throws IOException {
        Path file = Files.writeString(folder.resolve("buildah"), "#!/bin/bash\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
