package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import kat.addons.Addon;
import kat.addons.Catalogue;
import kat.addons.Helm;
import kat.app.Version;
import kat.cli.bundle.BundleException;
import kat.cli.bundle.BundleIndex;
import kat.cli.bundle.BundleWriter;
import kat.cli.bundle.ChartFile;
import kat.cli.bundle.RenderedImages;
import kat.cri.ContainerRuntime;
import kat.cri.ImageNames;
import kat.cri.Machine;
import kat.cri.StoredImage;

/// Gathers what a bundle is to hold: charts through Helm, images through the cluster's containerd.
///
/// **Threads:** one.
final class BundleSources implements AutoCloseable {

    private final Terminal terminal;
    private final Surroundings surroundings;
    private final ClusterOptions cluster;
    private final ContainerRuntime runtime;
    private final Path scratch;
    private final List<StoredImage> open = new ArrayList<>();

    /// @param runtime of the cluster
    BundleSources(
            Terminal terminal,
            Surroundings surroundings,
            ClusterOptions cluster,
            ContainerRuntime runtime)
            throws IOException {
        this.terminal = terminal;
        this.surroundings = surroundings;
        this.cluster = cluster;
        this.runtime = runtime;
        this.scratch = Files.createTempDirectory("kat-bundle-");
    }

    /// @return valid until this is closed
    /// @throws BundleException when a chart cannot be had or rendered
    BundleWriter.Contents gather(BundleWish wish) throws IOException, InterruptedException {
        SortedSet<String> images = new TreeSet<>();
        wish.images().forEach(name -> images.add(ImageNames.full(name)));
        List<String> names = new ArrayList<>();
        List<BundleIndex.Named> addons = new ArrayList<>();
        for (String name : wish.addons()) {
            Catalogue catalogue = AddonsVerb.catalogue(surroundings);
            Addon addon = catalogue.require(name);
            addons.add(new BundleIndex.Named(name, addon.version()));
            names.add(name);
            images.addAll(rendered(name, addon.namespace(), addon.chart(), wish));
        }
        List<ChartFile> charts = new ArrayList<>();
        for (String said : wish.charts()) {
            ChartFile chart = chart(said, charts.size());
            Path file = scratch.resolve("chart-" + charts.size() + ".tgz");
            Files.write(file, chart.content());
            charts.add(chart);
            names.add(chart.name());
            images.addAll(rendered(chart.name(), "default", file, wish));
        }
        wish.requireKnown(names);
        SequencedMap<String, StoredImage> opened = new TreeMap<>();
        for (String name : images) {
            opened.put(name, open(name));
        }
        return new BundleWriter.Contents(
                Version.KAT, Machine.architecture(), opened, charts, addons);
    }

    private StoredImage open(String name) {
        if (runtime.images().status(name).isEmpty()) {
            terminal.passing("fetching " + name + " …");
            String unused = runtime.images().pull(name, null);
            terminal.clearPassing();
        }
        StoredImage image = runtime.images().open(name);
        open.add(image);
        return image;
    }

    /// The images that a chart's objects name.
    private List<String> rendered(String name, String namespace, Path chart, BundleWish wish)
            throws InterruptedException {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("template", name, chart.toString(), "--namespace", namespace));
        wish.valuesOf(name).forEach(value -> words.addAll(List.of("--set", value)));
        String objects = helm("cannot render " + name, words);
        return RenderedImages.of(objects).stream().map(ImageNames::full).toList();
    }

    /// @param said as in [BundleWish#charts]
    private ChartFile chart(String said, int number) throws IOException, InterruptedException {
        Path path = Path.of(said);
        if (Files.isRegularFile(path)) {
            return read(path, said);
        }
        Path to = Files.createDirectory(scratch.resolve("fetched-" + number));
        boolean isFolder = Files.isDirectory(path);
        if (isFolder) {
            String unused =
                    helm(
                            "cannot pack " + said,
                            List.of("package", said, "--destination", to.toString()));
        } else {
            int at = said.lastIndexOf('@');
            List<String> words = new ArrayList<>();
            words.addAll(List.of("pull", at < 0 ? said : said.substring(0, at)));
            words.addAll(List.of("--destination", to.toString()));
            if (at >= 0) {
                words.addAll(List.of("--version", said.substring(at + 1)));
            }
            String unused = helm("cannot fetch " + said, words);
        }
        try (Stream<Path> files = Files.list(to)) {
            Path file =
                    files.filter(each -> each.toString().endsWith(".tgz"))
                            .findFirst()
                            .orElseThrow(() -> new BundleException("Helm gave no chart " + said));
            ChartFile chart = read(file, said);
            return isFolder ? chart.normal() : chart;
        }
    }

    private static ChartFile read(Path file, String said) throws IOException {
        if (Files.size(file) > ChartFile.LARGEST) {
            throw new BundleException(said + " is too large for a chart");
        }
        try {
            return ChartFile.of(Files.readAllBytes(file));
        } catch (BundleException e) {
            throw new BundleException("cannot read " + said + ": " + e.getMessage(), e);
        }
    }

    private String helm(String failed, List<String> words) throws InterruptedException {
        Helm.Outcome outcome = HelmVerb.outcome(HelmVerb.process(surroundings, cluster, words));
        if (outcome.code() != 0) {
            String said = outcome.err().strip().replaceFirst("^Error: ", "");
            throw new BundleException(failed + ": " + said);
        }
        return outcome.out();
    }

    @Override
    public void close() {
        open.forEach(StoredImage::close);
        FileTree.delete(scratch);
    }
}
