package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.addons.Addon;
import kat.addons.AddonException;
import kat.addons.Catalogue;
import kat.app.ClusterConfig;
import kat.cli.bundle.BundleException;
import kat.cli.bundle.BundleIndex;
import kat.cli.bundle.BundleReader;
import kat.cli.bundle.BundleWriter;
import kat.cli.bundle.ChartShelf;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.Machine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `kat bundle create|list|load`: images and charts in one archive, for machines that reach no
/// registry.
final class BundleVerb implements Verb {

    private static final int MEGABYTE = 1 << 20;

    private final Terminal terminal;
    private final Surroundings surroundings;

    BundleVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "bundle";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("create|list FILE|load FILE")
                        .description("make an archive, show what is in it, or take it in")
                        .build());
        spec.addOption(again("--addons", "NAME,…", "create: add-ons with their images"));
        spec.addOption(again("--chart", "CHART", "create: a chart with its images"));
        spec.addOption(again("--image", "NAME", "create: an image"));
        spec.addOption(
                again("--set", "NAME.KEY=VALUE", "create: a value of the chart or add-on NAME"));
        spec.addOption(ClusterOptions.text("-o", "FILE", "create: where the archive goes"));
        spec.addOption(
                ClusterOptions.text(
                        "--digest", "SHA256", "list, load: refuse any other bundle than this"));
        spec.usageMessage().description("Carry images and charts to machines without a network.");
        return spec;
    }

    private static OptionSpec again(String name, String value, String description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(value)
                .description(description + "; again for more")
                .build();
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        List<String> words = args.matchedPositionalValue(0, List.of());
        String action = words.isEmpty() ? "" : words.getFirst();
        boolean isUsable =
                action.equals("create")
                        ? words.size() == 1
                        : List.of("list", "load").contains(action) && words.size() == 2;
        if (!isUsable) {
            throw new CliException(
                    "say `"
                            + surroundings.command("bundle create -o FILE")
                            + "` with --addons, --chart or --image, `"
                            + surroundings.command("bundle list FILE")
                            + "` or `"
                            + surroundings.command("bundle load FILE")
                            + "`");
        }
        try (OnInterrupt interrupt = new OnInterrupt(terminal)) {
            interrupt.allow("Ending; nothing is kept half done.");
            switch (action) {
                case "create" -> create(args);
                case "list" -> list(Path.of(words.get(1)), args);
                default -> load(Path.of(words.get(1)), args);
            }
        }
        return Main.DONE;
    }

    private void create(ParseResult args) throws InterruptedException {
        String named = args.matchedOptionValue("-o", "");
        if (named.isEmpty()) {
            throw new CliException("say with -o where the bundle goes");
        }
        Path file = Path.of(named).toAbsolutePath();
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        BundleWish wish =
                new BundleWish(
                        args.matchedOptionValue("--addons", List.of()),
                        args.matchedOptionValue("--chart", List.of()),
                        args.matchedOptionValue("--image", List.of()),
                        args.matchedOptionValue("--set", List.of()));
        try (ContainerRuntime runtime = ClusterImages.runtime(cluster);
                BundleSources sources =
                        new BundleSources(terminal, surroundings, cluster, runtime)) {
            BundleWriter.Contents contents = sources.gather(wish);
            terminal.passing("writing " + file + " …");
            BundleWriter.Made made = BundleWriter.write(file, contents);
            FileTree.giveTo(surroundings.user(), List.of(file));
            terminal.clearPassing();
            print(made.index());
            terminal.print("digest " + made.digest());
        } catch (IOException e) {
            throw CliException.of("cannot write " + file, e);
        } catch (BundleException | AddonException | ContainerRuntimeException e) {
            throw new CliException("cannot make the bundle: " + CliException.oneLine(e), e);
        }
    }

    private void list(Path file, ParseResult args) {
        BundleReader.Checked checked = check(file, args, null);
        print(checked.index());
        terminal.print("digest " + checked.digest());
    }

    private void load(Path file, ParseResult args) {
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        ClusterConfig config = cluster.files().readConfig();
        if (config == null) {
            throw new CliException(
                    "there is no cluster "
                            + cluster.name()
                            + " in "
                            + cluster.home()
                            + "; `"
                            + cluster.command("up")
                            + "` makes one");
        }
        ChartShelf shelf = new ChartShelf(cluster.files().charts());
        try {
            Path staged = shelf.stage();
            try {
                BundleReader.Checked checked = check(file, args, staged);
                requireMachine(file, checked.index());
                loadImages(file, checked.index(), cluster);
                shelf.take(staged);
                checked.index()
                        .charts()
                        .forEach(
                                chart ->
                                        terminal.print(
                                                "loaded bundle/"
                                                        + chart.name()
                                                        + " "
                                                        + chart.version()));
                noteOtherAddons(checked.index());
            } finally {
                ChartShelf.discard(staged);
            }
        } catch (IOException e) {
            throw CliException.of("cannot keep the charts of " + file, e);
        }
    }

    private void loadImages(Path file, BundleIndex index, ClusterOptions cluster) {
        if (index.images().isEmpty()) {
            return;
        }
        try (ContainerRuntime runtime = ClusterImages.runtime(cluster)) {
            for (String name : ClusterImages.load(runtime, file, terminal)) {
                terminal.print("loaded " + name);
            }
        }
    }

    private BundleReader.Checked check(Path file, ParseResult args, @Nullable Path staging) {
        if (!Files.isReadable(file)) {
            throw new CliException("cannot read the bundle " + file);
        }
        terminal.passing("checking " + file + " …");
        try {
            BundleReader.Checked checked = BundleReader.check(file, staging);
            String wanted = args.matchedOptionValue("--digest", "");
            if (!wanted.isEmpty() && !checked.digest().equals(wanted)) {
                throw new BundleException("its digest is " + checked.digest());
            }
            return checked;
        } catch (BundleException e) {
            throw new CliException("cannot use " + file + ": " + CliException.oneLine(e), e);
        } catch (IOException e) {
            throw CliException.of("cannot check " + file, e);
        } finally {
            terminal.clearPassing();
        }
    }

    private static void requireMachine(Path file, BundleIndex index) {
        if (!index.images().isEmpty() && !index.architecture().equals(Machine.architecture())) {
            throw new CliException(
                    "cannot use "
                            + file
                            + ": its images are for "
                            + index.architecture()
                            + ", and this machine is "
                            + Machine.architecture());
        }
    }

    /// Add-ons come with KAT, so those of another KAT may want other images.
    private void noteOtherAddons(BundleIndex index) {
        if (index.addons().isEmpty() || surroundings.variable("KAT_CHARTS").isEmpty()) {
            return;
        }
        Catalogue catalogue = AddonsVerb.catalogue(surroundings);
        for (BundleIndex.Named addon : index.addons()) {
            Addon here = catalogue.addons().get(addon.name());
            if (here == null || !here.version().equals(addon.version())) {
                terminal.note(
                        "The add-on "
                                + addon.name()
                                + " "
                                + addon.version()
                                + " of the bundle is not this KAT's"
                                + (here == null ? "" : " (" + here.version() + ")")
                                + "; it may want other images.");
            }
        }
    }

    private void print(BundleIndex index) {
        index.images().forEach(each -> terminal.print("image " + each.name()));
        index.charts()
                .forEach(each -> terminal.print("chart " + each.name() + " " + each.version()));
        index.addons()
                .forEach(each -> terminal.print("addon " + each.name() + " " + each.version()));
        terminal.print("for " + index.architecture() + ", " + index.size() / MEGABYTE + " MB");
    }
}
