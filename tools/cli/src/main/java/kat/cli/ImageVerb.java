package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.app.NodeContainerd;
import kat.cri.ContainerRuntime;
import kat.cri.DockerfileBuild;
import kat.cri.Image;
import kat.cri.RegistryMirrors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `kat image load|build|list|remove|prune|mirror`: images of the cluster's containerd, and
/// where it asks for more.
final class ImageVerb implements Verb {

    private static final int MEGABYTE = 1 << 20;

    private final Terminal terminal;
    private final Surroundings surroundings;

    ImageVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "image";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("ACTION")
                        .description(
                                "load FILE.tar… | build FOLDER | list | remove NAME… | prune"
                                        + " | mirror [REGISTRY [ADDRESS…]]")
                        .build());
        spec.addOption(ClusterOptions.text("--tag", "NAME", "build: the image's name and tag"));
        spec.addOption(
                ClusterOptions.text("--file", "FILE", "build: default Dockerfile of the folder"));
        spec.addOption(
                OptionSpec.builder("--build-arg")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("KEY=VALUE")
                        .description("build: an ARG of the Dockerfile; again for more")
                        .build());
        spec.addOption(ClusterOptions.flag("--none", "mirror: ask the registry itself again"));
        spec.usageMessage().description("Load, build, list and remove images of the cluster.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        List<String> words = args.matchedPositionalValue(0, List.of());
        String action = words.isEmpty() ? "" : words.getFirst();
        List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
        switch (action) {
            case "load" -> load(args, words);
            case "build" -> build(args, rest);
            case "list" -> list(args);
            case "remove" -> remove(args, rest);
            case "prune" -> {
                try (ContainerRuntime runtime = runtime(args)) {
                    new ImageRemoval(runtime, terminal).prune();
                }
            }
            case "mirror" -> mirror(args, rest);
            default ->
                    throw new CliException(
                            "say `"
                                    + surroundings.command("image")
                                    + "` and load FILE.tar, build FOLDER, list, remove NAME, prune"
                                    + " or mirror");
        }
        return Main.DONE;
    }

    private void build(ParseResult args, List<String> words) throws InterruptedException {
        String name = args.matchedOptionValue("--tag", "");
        if (words.size() != 1 || name.isEmpty()) {
            throw new CliException(
                    "name the image and its folder: "
                            + surroundings.command("image build --tag web:1 FOLDER"));
        }
        DockerfileBuild build =
                new DockerfileBuild(
                        name,
                        args.matchedOptionValue("--file", ""),
                        args.matchedOptionValue("--build-arg", List.of()),
                        List.of(),
                        Path.of(words.getFirst()));
        try (ContainerRuntime runtime = runtime(args)) {
            ImageBuild.run(build, surroundings, terminal, archive -> load(runtime, archive));
        }
    }

    private void remove(ParseResult args, List<String> names) {
        if (names.isEmpty()) {
            throw new CliException("name the image: " + surroundings.command("image remove NAME"));
        }
        try (ContainerRuntime runtime = runtime(args)) {
            new ImageRemoval(runtime, terminal).remove(names);
        }
    }

    private void mirror(ParseResult args, List<String> words) {
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        RegistryMirrors mirrors =
                NodeContainerd.mirrors(ClusterImages.realNode(options), options.files());
        boolean none = args.hasMatchedOption("--none");
        try {
            if (!words.isEmpty() && words.size() > 1 == none) {
                throw new CliException("name the registry, and either its mirrors or --none");
            }
            if (!words.isEmpty()) {
                mirrors.set(words.getFirst(), words.subList(1, words.size()));
            }
            mirrors.read()
                    .forEach((name, all) -> terminal.print(name + " " + String.join(" ", all)));
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.oneLine(e), e);
        } catch (IOException e) {
            throw CliException.of("cannot change the mirrors of registries", e);
        }
    }

    private void load(ParseResult args, List<String> words) {
        if (words.size() < 2) {
            throw new CliException(
                    "name the archive: " + surroundings.command("image load FILE.tar"));
        }
        try (ContainerRuntime runtime = runtime(args)) {
            for (String file : words.subList(1, words.size())) {
                Path archive = Path.of(file);
                if (!Files.isReadable(archive)) {
                    throw new CliException("cannot read the archive " + archive);
                }
                load(runtime, archive);
            }
        }
    }

    private void load(ContainerRuntime runtime, Path archive) {
        for (String name : ClusterImages.load(runtime, archive, terminal)) {
            terminal.print("loaded " + name);
        }
    }

    private void list(ParseResult args) {
        try (ContainerRuntime runtime = runtime(args)) {
            SortedMap<String, Long> sizes = new TreeMap<>();
            for (Image image : runtime.images().list()) {
                image.repoTags().forEach(tag -> sizes.put(tag, image.sizeBytes() / MEGABYTE));
            }
            terminal.print(String.format("%-60s %9s", "IMAGE", "SIZE"));
            sizes.forEach((tag, size) -> terminal.print(String.format("%-60s %6d MB", tag, size)));
        }
    }

    private ContainerRuntime runtime(ParseResult args) {
        return ClusterImages.runtime(ClusterOptions.of(args, surroundings));
    }
}
