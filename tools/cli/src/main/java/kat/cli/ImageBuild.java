package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.cri.DockerfileBuild;

/// Builds a Dockerfile by buildah, which writes to the terminal.
final class ImageBuild {

    private static final String ARCHIVE = "image.tar";

    /// The time that buildah has to end when it is asked to.
    private static final int PATIENCE_SECONDS = 10;

    private ImageBuild() {}

    /// What becomes of the archive that was built.
    @FunctionalInterface
    interface Taker {
        void take(Path archive) throws InterruptedException;
    }

    /// Builds, and gives the archive away, which is there only so long.
    ///
    /// An interrupt, or a signal that asks this process to end, ends buildah too and leaves no
    /// files.
    ///
    /// @throws CliException when buildah is missing or fails; what it said stands on the
    ///     terminal
    static void run(
            DockerfileBuild build, Surroundings surroundings, Terminal terminal, Taker taker)
            throws InterruptedException {
        String program = Host.program(DockerfileBuild.PROGRAM, surroundings);
        if (program.isEmpty()) {
            throw new CliException(DockerfileBuild.MISSING);
        }
        if (!Files.isDirectory(build.context())) {
            throw new CliException("there is no folder " + build.context());
        }
        // Whoever asks this program to end does not ask buildah.
        try (OnInterrupt interrupt = new OnInterrupt(terminal)) {
            Path folder = Files.createTempDirectory("kat-image-");
            try {
                interrupt.allow("ending; " + build.name() + " is not built");
                Path archive = folder.resolve(ARCHIVE);
                if (!isBuilt(build, program, archive)) {
                    throw new CliException("buildah could not build " + build.name());
                }
                taker.take(archive);
            } finally {
                boolean unused = interrupt.forbid();
                FileTree.delete(folder);
            }
        } catch (IOException e) {
            throw CliException.of("cannot run buildah", e);
        }
    }

    private static boolean isBuilt(DockerfileBuild build, String program, Path archive)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(build.command(program, archive)).inheritIO().start();
        try {
            return process.waitFor() == 0;
        } finally {
            end(process);
        }
    }

    private static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        List<ProcessHandle> others = process.descendants().toList();
        others.forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Process unused = process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Process unused = process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
