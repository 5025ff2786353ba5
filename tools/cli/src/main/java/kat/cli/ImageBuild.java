package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.cri.DockerfileBuild;

/// Builds a Dockerfile by buildah, which writes to the terminal.
final class ImageBuild {

    /// In the folder of what was built.
    static final String ARCHIVE = "image.tar";

    /// The time that buildah has to end when it is asked to.
    private static final int PATIENCE_SECONDS = 10;

    private ImageBuild() {}

    /// Builds, and gives back a folder with the archive, which is the caller's to delete.
    ///
    /// An interrupt ends buildah.
    ///
    /// @throws CliException when buildah is missing or fails; what it said stands on the
    ///     terminal
    static Path run(DockerfileBuild build, Surroundings surroundings) throws InterruptedException {
        String program = Host.program(DockerfileBuild.PROGRAM, surroundings);
        if (program.isEmpty()) {
            throw new CliException(DockerfileBuild.MISSING);
        }
        if (!Files.isDirectory(build.context())) {
            throw new CliException("there is no folder " + build.context());
        }
        try {
            Path folder = Files.createTempDirectory("kat-image-");
            boolean isDone = false;
            try {
                isDone = isBuilt(build, program, folder.resolve(ARCHIVE));
            } finally {
                if (!isDone) {
                    FileTree.delete(folder);
                }
            }
            if (!isDone) {
                throw new CliException("buildah could not build " + build.name());
            }
            return folder;
        } catch (IOException e) {
            throw CliException.of("cannot run buildah", e);
        }
    }

    private static boolean isBuilt(DockerfileBuild build, String program, Path archive)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(build.command(program, archive)).inheritIO().start();
        // Whoever asks this program to end does not ask buildah.
        Thread ending = new Thread(() -> end(process));
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            return process.waitFor() == 0;
        } finally {
            end(process);
            forget(ending);
        }
    }

    private static void forget(Thread ending) {
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException isEnding) {
            // Then the hook runs, and finds buildah ended.
            return;
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
