package kat.cri;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line by which buildah makes an archive of a Dockerfile, without a daemon. Layers
/// are used again, and the same files give the same digest: all times are 1970-01-01.
///
/// @param name of the image, with its tag
/// @param dockerfile empty for `Dockerfile` or `Containerfile` of the context
/// @param arguments `KEY=VALUE` of the Dockerfile's `ARG`s
/// @param flags further words for `buildah build`
/// @param context the folder that `COPY` takes files from
public record DockerfileBuild(
        String name, String dockerfile, List<String> arguments, List<String> flags, Path context) {

    public static final String PROGRAM = "buildah";

    /// What is said where the program is not there.
    public static final String MISSING =
            "buildah is missing, which builds Dockerfiles; Debian's package is buildah";

    public DockerfileBuild {
        arguments = List.copyOf(arguments);
        flags = List.copyOf(flags);
    }

    /// @param program buildah's file, or its name
    /// @param archive where the image goes, as `docker save` writes it
    public List<String> command(String program, Path archive) {
        List<String> words = new ArrayList<>(List.of(program, "build", "--layers"));
        words.addAll(List.of("--timestamp", "0"));
        if (!dockerfile.isEmpty()) {
            words.addAll(List.of("--file", dockerfile));
        }
        arguments.forEach(each -> words.add("--build-arg=" + each));
        words.addAll(flags);
        words.add("--tag=docker-archive:" + archive + ":" + name);
        words.add(context.toString());
        return words;
    }
}
