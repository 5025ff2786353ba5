package kat.dev.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.process.Shell;

/// The files that go into an artifact.
///
/// For jib these are all below the context but what builds leave behind; for docker those that
/// the Dockerfile takes and `.dockerignore` leaves; for custom those that it names.
public final class FileSet {

    /// Folders that tools write; their content follows from other files.
    private static final Set<String> MADE =
            Set.of("target", "build", ".gradle", ".git", ".idea", "node_modules", ".kat");

    private static final int MOST_FILES = 200_000;

    private final Shell shell;

    public FileSet(Shell shell) {
        this.shell = shell;
    }

    /// Names relative to the context, with `/`, sorted.
    ///
    /// @throws DevException when the context is no folder or a command for dependencies fails
    public SortedSet<String> of(Artifact artifact) throws InterruptedException {
        Path context = artifact.context();
        if (!Files.isDirectory(context)) {
            throw new DevException(
                    "artifact " + artifact.image() + ": its context " + context + " is no folder");
        }
        return switch (artifact.builder()) {
            case Builder.Jib _ -> walk(context, context, MADE, FileSet::isNoTest);
            case Builder.Docker docker -> {
                DockerIgnore ignore = DockerIgnore.of(context, docker.dockerfile());
                Predicate<String> taken = DockerCopies.taken(context, docker);
                SortedSet<String> files =
                        walk(
                                context,
                                context,
                                Set.of(".git"),
                                name -> !ignore.isIgnored(name) && taken.test(name));
                files.add(docker.dockerfile());
                yield files;
            }
            case Builder.Custom custom ->
                    custom.dependencies().isEmpty()
                            ? matching(context, custom.paths(), custom.ignore())
                            : said(artifact, custom.dependencies());
        };
    }

    private static boolean isNoTest(String name) {
        return !name.startsWith("src/test/") && !name.contains("/src/test/");
    }

    private SortedSet<String> said(Artifact artifact, String command) throws InterruptedException {
        Shell.Result result = shell.run(Shell.Command.of(artifact.context(), "sh", "-c", command));
        try {
            byte[] said = result.out().getBytes(StandardCharsets.UTF_8);
            if (result.isGood() && Json.parse(said) instanceof JsonArray files) {
                SortedSet<String> names = new TreeSet<>();
                for (String file : files.strings()) {
                    names.addAll(matching(artifact.context(), List.of(file), List.of()));
                }
                return names;
            }
        } catch (JsonException notJson) {
            throw new DevException(
                    "artifact "
                            + artifact.image()
                            + ": dependencies.command printed no JSON list of files",
                    notJson);
        }
        throw new DevException(
                "artifact "
                        + artifact.image()
                        + ": dependencies.command failed or printed no list: "
                        + result.said());
    }

    private static SortedSet<String> matching(
            Path context, List<String> paths, List<String> ignore) {
        List<Pattern> ignored = ignore.stream().map(Patterns::ofTree).toList();
        SortedSet<String> found = new TreeSet<>();
        for (String path : paths) {
            Path fixed = fixedPart(path);
            Path from = context.resolve(fixed).normalize();
            if (Files.isRegularFile(from)) {
                found.add(name(context, from));
            } else if (Files.isDirectory(from)) {
                Pattern wanted = Patterns.ofTree(Path.of(path).normalize().toString());
                found.addAll(
                        walk(
                                context,
                                from,
                                Set.of(".git"),
                                name ->
                                        wanted.matcher(name).matches()
                                                && ignored.stream()
                                                        .noneMatch(
                                                                p -> p.matcher(name).matches())));
            } else if (!path.contains("*")) {
                throw new DevException("no file or folder " + from + ", on which an image depends");
            }
        }
        return found;
    }

    /// The steps of a pattern before the first with a wild card.
    private static Path fixedPart(String pattern) {
        Path fixed = Path.of("");
        for (Path step : Path.of(pattern)) {
            if (step.toString().matches(".*[*?\\[].*")) {
                break;
            }
            fixed = fixed.resolve(step);
        }
        return fixed;
    }

    private interface Choice {
        boolean takes(String name);
    }

    private static SortedSet<String> walk(
            Path context, Path from, Set<String> skipped, Choice choice) {
        List<String> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    from,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            Path name = folder.getFileName();
                            boolean isSkipped =
                                    !folder.equals(from)
                                            && name != null
                                            && skipped.contains(name.toString());
                            return isSkipped
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            String name = name(context, file);
                            if (choice.takes(name)) {
                                found.add(name);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            // Files come and go while tools write.
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new DevException("cannot read the folder " + from, e);
        }
        if (found.size() > MOST_FILES) {
            throw new DevException(
                    from
                            + " holds "
                            + found.size()
                            + " files; leave out what the image does not need");
        }
        return new TreeSet<>(found);
    }

    private static String name(Path context, Path file) {
        return context.relativize(file).toString().replace('\\', '/');
    }
}
