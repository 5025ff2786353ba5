package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds a Dockerfile by buildah, without a daemon. Layers are used again, and the same files
/// give the same digest: all times are 1970-01-01.
///
/// @param name of the image, with its tag
/// @param dockerfile empty for `Dockerfile` or `Containerfile` of the context
/// @param arguments `KEY=VALUE` of the Dockerfile's `ARG`s
/// @param context the folder that `COPY` takes files from
record ImageBuild(String name, String dockerfile, List<String> arguments, Path context) {

    /// In the folder of what was built.
    static final String ARCHIVE = "image.tar";

    private static final String PROGRAM = "buildah";

    ImageBuild {
        arguments = List.copyOf(arguments);
    }

    /// The command line of buildah.
    ///
    /// @param archive where the image goes
    List<String> command(String program, Path archive) {
        List<String> words = new ArrayList<>(List.of(program, "build", "--layers"));
        words.addAll(List.of("--timestamp", "0"));
        if (!dockerfile.isEmpty()) {
            words.addAll(List.of("--file", dockerfile));
        }
        arguments.forEach(each -> words.add("--build-arg=" + each));
        words.add("--tag=docker-archive:" + archive + ":" + name);
        words.add(context.toString());
        return words;
    }

    /// Builds, and gives back a folder with the archive, which is the caller's to delete.
    ///
    /// @throws CliException when buildah is missing or fails; what it said stands on the
    ///     terminal
    Path run(Surroundings surroundings) throws InterruptedException {
        String program = Host.program(PROGRAM, surroundings);
        if (program.isEmpty()) {
            throw new CliException(
                    "buildah is missing, which builds Dockerfiles; Debian's package is buildah");
        }
        if (!Files.isDirectory(context)) {
            throw new CliException("there is no folder " + context);
        }
        try {
            Path folder = Files.createTempDirectory("kat-image-");
            Path archive = folder.resolve(ARCHIVE);
            int code = new ProcessBuilder(command(program, archive)).inheritIO().start().waitFor();
            if (code != 0) {
                FileTree.delete(folder);
                throw new CliException("buildah could not build " + name);
            }
            return folder;
        } catch (IOException e) {
            throw CliException.of("cannot run buildah", e);
        }
    }
}
