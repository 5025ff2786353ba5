package kat.dev.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import kat.cri.DockerfileBuild;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Template;
import kat.dev.process.Shell;

/// Runs the tool that builds an artifact, and leaves the image as an archive.
final class Tools {

    /// Used where a Maven project does not name the plug-in itself.
    static final String JIB_PLUGIN = "com.google.cloud.tools:jib-maven-plugin:3.4.6";

    private final Shell shell;
    private final Consumer<String> lines;

    /// @param lines takes what the tools say
    Tools(Shell shell, Consumer<String> lines) {
        this.shell = shell;
        this.lines = lines;
    }

    /// One build.
    ///
    /// @param name of the image, with the registry it goes to
    /// @param isPushed whether it goes to a registry
    /// @param archive where the image is left
    /// @param needs archives of needed images by their aliases
    /// @param references of needed images by their aliases
    record Work(
            Artifact artifact,
            String name,
            String tag,
            boolean isPushed,
            Path archive,
            SequencedMap<String, Path> needs,
            SequencedMap<String, String> references) {}

    /// @throws DevException when the tool is missing or fails; the lines tell why
    void build(Work work) throws InterruptedException {
        Shell.Command command =
                switch (work.artifact().builder()) {
                    case Builder.Jib jib -> jib(work, jib);
                    case Builder.Docker docker -> docker(work, docker);
                    case Builder.Custom custom -> custom(work, custom);
                };
        int code = shell.run(command, lines);
        String image = work.artifact().image();
        if (code != 0) {
            throw new DevException(
                    "the build of "
                            + image
                            + " failed: "
                            + command.words().getFirst()
                            + " ended with "
                            + code);
        }
        if (!Files.exists(work.archive())) {
            throw new DevException("the build of " + image + missing(work.artifact()));
        }
    }

    private static String missing(Artifact artifact) {
        return artifact.builder() instanceof Builder.Custom
                ? " left no image: its command must write a docker or OCI archive to the file"
                        + " that KAT_IMAGE_ARCHIVE names"
                : " left no image";
    }

    private Shell.Command jib(Work work, Builder.Jib jib) {
        Path context = work.artifact().context();
        boolean isMaven = Files.exists(context.resolve("pom.xml"));
        boolean isGradle =
                Files.exists(context.resolve("build.gradle"))
                        || Files.exists(context.resolve("build.gradle.kts"));
        if (jib.type().equals("gradle") || (jib.type().isEmpty() && !isMaven && isGradle)) {
            return gradle(work, jib);
        }
        if (!isMaven) {
            throw new DevException(
                    "artifact "
                            + work.artifact().image()
                            + ": no pom.xml or build.gradle in "
                            + context);
        }
        return maven(work, jib);
    }

    private Shell.Command maven(Work work, Builder.Jib jib) {
        Path context = work.artifact().context();
        List<String> words = new ArrayList<>();
        words.add(program(context, "mvnw", "KAT_MAVEN", "mvn"));
        words.addAll(List.of("-B", "-ntp", "-q", "-Dstyle.color=never", "-Djib.console=plain"));
        words.addAll(jib.args());
        if (!jib.project().isEmpty()) {
            words.addAll(List.of("-pl", jib.project(), "-am"));
        }
        String plugin = Java.hasJibPlugin(context, jib.project()) ? "jib" : JIB_PLUGIN;
        words.addAll(
                List.of(
                        "package",
                        "-DskipTests",
                        "-Dmaven.test.skip=true",
                        plugin + ":buildTar",
                        "-Djib.outputPaths.tar=" + work.archive(),
                        "-Djib.to.image=" + work.name() + ":" + work.tag()));
        from(work, jib, words);
        return Shell.Command.of(context, words);
    }

    private Shell.Command gradle(Work work, Builder.Jib jib) {
        Path context = work.artifact().context();
        List<String> words = new ArrayList<>();
        words.add(program(context, "gradlew", "KAT_GRADLE", "gradle"));
        words.addAll(List.of("-q", "--console=plain", "-Djib.console=plain"));
        words.addAll(jib.args());
        words.add((jib.project().isEmpty() ? "" : ":" + jib.project() + ":") + "jibBuildTar");
        words.add("-Djib.outputPaths.tar=" + work.archive());
        words.add("--image=" + work.name() + ":" + work.tag());
        from(work, jib, words);
        return Shell.Command.of(context, words);
    }

    private static void from(Work work, Builder.Jib jib, List<String> words) {
        if (!jib.fromImage().isEmpty()) {
            Path needed = work.needs().get(jib.fromImage());
            words.add("-Djib.from.image=" + (needed == null ? jib.fromImage() : "tar://" + needed));
        }
    }

    /// The project's own wrapper, the one that a variable names, or the one of the PATH.
    private String program(Path context, String wrapper, String variable, String plain) {
        if (Files.isExecutable(context.resolve(wrapper))) {
            return context.resolve(wrapper).toString();
        }
        String named = shell.environment().getOrDefault(variable, "");
        if (named.isEmpty() && !shell.has(plain)) {
            throw new DevException(
                    "jib needs "
                            + plain
                            + ", which is not on the PATH; "
                            + context
                            + " has no "
                            + wrapper
                            + " either");
        }
        return named.isEmpty() ? plain : named;
    }

    private Shell.Command docker(Work work, Builder.Docker docker) {
        if (!shell.has(DockerfileBuild.PROGRAM)) {
            throw new DevException(
                    "artifact " + work.artifact().image() + ": " + DockerfileBuild.MISSING);
        }
        Path context = work.artifact().context();
        List<String> arguments = new ArrayList<>();
        docker.buildArgs()
                .forEach(
                        (name, value) ->
                                arguments.add(
                                        name + "=" + Template.expand(value, variables(work))));
        work.needs().forEach((alias, file) -> arguments.add(alias + "=docker-archive:" + file));
        DockerfileBuild build =
                new DockerfileBuild(
                        work.name() + ":" + work.tag(),
                        context.resolve(docker.dockerfile()).toString(),
                        arguments,
                        docker.flags(),
                        context);
        return Shell.Command.of(context, build.command(DockerfileBuild.PROGRAM, work.archive()));
    }

    private SequencedMap<String, String> variables(Work work) {
        SequencedMap<String, String> all = new LinkedHashMap<>(shell.environment());
        all.putAll(image(work));
        return all;
    }

    private static Map<String, String> image(Work work) {
        return Map.of(
                "IMAGE", work.name() + ":" + work.tag(),
                "IMAGE_NAME", work.name(),
                "IMAGE_REPO", work.name(),
                "IMAGE_TAG", work.tag());
    }

    /// The variables are skaffold's, and `KAT_IMAGE_ARCHIVE`, for there is no Docker daemon
    /// that could keep the image.
    private Shell.Command custom(Work work, Builder.Custom custom) {
        SequencedMap<String, String> variables = new LinkedHashMap<>(image(work));
        variables.remove("IMAGE_NAME");
        variables.put("PUSH_IMAGE", String.valueOf(work.isPushed()));
        variables.put("BUILD_CONTEXT", work.artifact().context().toString());
        variables.put("PLATFORMS", "");
        variables.put("SKIP_TEST", "true");
        variables.put("KAT_IMAGE_ARCHIVE", work.archive().toString());
        variables.putAll(work.references());
        String command = Template.expand(custom.command(), shell.environment());
        return Shell.Command.of(work.artifact().context(), "sh", "-c", command).with(variables);
    }
}
