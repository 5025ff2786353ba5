package kat.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import kat.app.NodeContainerd;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.CriRuntime;
import kat.cri.Image;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `kat image load|list`: images of the cluster's containerd.
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
                        .paramLabel("load FILE.tar|list")
                        .description("load an OCI or docker archive, or list what is there")
                        .build());
        spec.usageMessage().description("Load images into the cluster, or list them.");
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        List<String> words = args.matchedPositionalValue(0, List.of());
        String action = words.isEmpty() ? "" : words.getFirst();
        return switch (action) {
            case "load" -> load(args, words);
            case "list" -> list(args);
            default ->
                    throw new CliException(
                            "say `"
                                    + surroundings.command("image load FILE.tar")
                                    + "` or `"
                                    + surroundings.command("image list")
                                    + "`");
        };
    }

    private int load(ParseResult args, List<String> words) {
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
        return Main.DONE;
    }

    private void load(ContainerRuntime runtime, Path archive) {
        terminal.passing("loading " + archive + " …");
        try (InputStream content = Files.newInputStream(archive)) {
            List<String> names = runtime.images().importArchive(content);
            terminal.clearPassing();
            for (String name : names) {
                terminal.print("loaded " + name);
            }
        } catch (IOException e) {
            throw CliException.of("cannot read the archive " + archive, e);
        } catch (ContainerRuntimeException e) {
            throw new CliException("cannot load " + archive + ": " + e.getMessage(), e);
        }
    }

    private int list(ParseResult args) {
        try (ContainerRuntime runtime = runtime(args)) {
            SortedMap<String, Long> sizes = new TreeMap<>();
            for (Image image : runtime.images().list()) {
                image.repoTags().forEach(tag -> sizes.put(tag, image.sizeBytes() / MEGABYTE));
            }
            terminal.print(String.format("%-60s %9s", "IMAGE", "SIZE"));
            sizes.forEach((tag, size) -> terminal.print(String.format("%-60s %6d MB", tag, size)));
        }
        return Main.DONE;
    }

    private ContainerRuntime runtime(ParseResult args) {
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        ClusterFiles files = options.files();
        ClusterConfig config = files.readConfig();
        if (config == null) {
            throw new CliException(
                    "there is no cluster " + options.name() + " in " + options.home());
        }
        if (!config.realNode()) {
            throw new CliException(
                    "cluster " + options.name() + " has simulated nodes and no images");
        }
        if (new ServerProcess(files, surroundings.ticker()).find().isEmpty()) {
            throw new CliException(
                    "cluster "
                            + options.name()
                            + " is not running; `"
                            + options.command("up")
                            + "` first");
        }
        return new CriRuntime(NodeContainerd.socket(config, files), surroundings.ticker());
    }
}
