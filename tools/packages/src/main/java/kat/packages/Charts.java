package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.ShowCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.packages.HelmVerb.Counts;

/// Helm's commands that work on charts and need no cluster.
final class Charts {

    private static final List<String> DEPENDENCY =
            ReleaseVerbs.join(ChartSource.ACCESS, List.of("skip-refresh"));

    private final Ticker ticker;
    private final InputStream in;

    Charts(Ticker ticker, InputStream in) {
        this.ticker = ticker;
        this.in = in;
    }

    List<HelmVerb> verbs() {
        List<HelmVerb> verbs = new ArrayList<>();
        verbs.add(
                new HelmVerb(
                        "template",
                        "Show the objects that a chart makes.",
                        "[NAME] [CHART]",
                        Counts.between(1, 2),
                        ReleaseVerbs.join(Values.FLAGS, ChartSource.FLAGS, Rendering.FLAGS),
                        said -> new Rendering(said, in).run()));
        verbs.add(
                new HelmVerb(
                        "lint",
                        "Look for faults of charts.",
                        "PATH",
                        Counts.atLeast(0),
                        List.of("strict", "quiet"),
                        Charts::lint));
        verbs.add(dependency("update", "Fetch the charts that a chart depends on.", true));
        verbs.add(dependency("build", "Fetch the charts that Chart.lock names.", true));
        verbs.add(dependency("list", "List the charts that a chart depends on.", false));
        verbs.add(show("values", "the values of a chart", ShowCommand::values));
        verbs.add(show("chart", "what a chart says of itself", ShowCommand::chart));
        verbs.add(show("readme", "the README of a chart", ShowCommand::readme));
        verbs.add(show("crds", "the custom resources of a chart", ShowCommand::crds));
        verbs.add(show("all", "all of these", ShowCommand::all));
        verbs.addAll(archives());
        return verbs;
    }

    private List<HelmVerb> archives() {
        List<HelmVerb> verbs = new ArrayList<>();
        verbs.add(
                new HelmVerb(
                        "pull",
                        "Fetch charts from a repository or registry.",
                        "[chart URL | repo/chartname] [...]",
                        Counts.atLeast(1),
                        ReleaseVerbs.join(
                                ChartSource.READING, List.of("untar", "untardir", "destination")),
                        Charts::pull));
        verbs.add(
                new HelmVerb(
                        "package",
                        "Pack charts into archives.",
                        "[CHART_PATH] [...]",
                        Counts.atLeast(1),
                        List.of("destination", "dependency-update"),
                        this::pack));
        verbs.add(
                new HelmVerb(
                        "create",
                        "Make a new chart.",
                        "NAME",
                        Counts.exactly(1),
                        List.of(),
                        Charts::create));
        verbs.add(
                new HelmVerb(
                        "version",
                        "Show Helm's version.",
                        "",
                        Counts.exactly(0),
                        List.of("short"),
                        Charts::version));
        return verbs;
    }

    private HelmVerb dependency(String what, String description, boolean fetches) {
        return new HelmVerb(
                "dependency " + what,
                description,
                "CHART",
                Counts.between(0, 1),
                fetches ? DEPENDENCY : List.of(),
                said -> dependency(said, what));
    }

    private String dependency(Invocation said, String what) {
        String told = said.parameters().isEmpty() ? "." : said.parameter(0);
        Path chart = Path.of(told).toAbsolutePath().normalize();
        if (!Files.exists(chart)) {
            throw new HelmException(
                    "could not find " + told + ": stat " + told + ": no such file or directory");
        }
        return switch (what) {
            case "list" ->
                    new Helm(chart)
                            .dependency()
                            .list()
                            .call()
                            .getOutput()
                            .replace(
                                    chart.resolve("charts").toString(),
                                    Path.of(told, "charts").toString());
            case "update" -> new Dependencies(said, ticker, chart).update();
            default -> new Dependencies(said, ticker, chart).build();
        };
    }

    private static HelmVerb show(
            String what,
            String description,
            Function<ShowCommand, ShowCommand.ShowSubcommand> part) {
        return new HelmVerb(
                "show " + what,
                "Show " + description + ".",
                "[CHART]",
                Counts.exactly(1),
                ChartSource.READING,
                said -> new Fetching(said).shown(said.parameter(0), said.text("version"), part));
    }

    static Path folder(String said) {
        Path folder = Path.of(said).toAbsolutePath().normalize();
        if (!Files.exists(folder)) {
            throw new HelmException("path \"" + said + "\" not found");
        }
        return folder;
    }

    private static String lint(Invocation said) {
        List<String> charts = said.parameters().isEmpty() ? List.of(".") : said.parameters();
        int failed = 0;
        StringBuilder text = new StringBuilder();
        for (String chart : charts) {
            LintCommand lint = new Helm(folder(chart)).lint();
            said.ifFlag("strict", lint::strict);
            said.ifFlag("quiet", lint::quiet);
            LintResult result = lint.call();
            failed += result.isFailed() ? 1 : 0;
            boolean isQuiet = said.has("quiet") && result.getMessages().isEmpty();
            if (!isQuiet) {
                text.append("==> Linting ").append(chart).append('\n');
                result.getMessages().forEach(line -> text.append(line).append('\n'));
                text.append('\n');
            }
        }
        String summary = charts.size() + " chart(s) linted, " + failed + " chart(s) failed";
        said.out().print(text);
        if (failed > 0) {
            throw new HelmException(summary);
        }
        return said.has("quiet") && text.isEmpty() ? "" : summary + "\n";
    }

    private static String pull(Invocation said) {
        for (String chart : said.parameters()) {
            Fetching.Fetched fetched = new Fetching(said).fetch(chart, said.text("version"));
            try {
                place(said, fetched.archive(), fetched.name());
            } catch (IOException e) {
                throw new HelmException("cannot save the chart", e);
            }
        }
        return "";
    }

    private static void place(Invocation said, Path archive, String name) throws IOException {
        Path to = Path.of(said.text("destination")).toAbsolutePath();
        if (!said.has("untar")) {
            Files.copy(
                    archive,
                    to.resolve(archive.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        Path folder = to.resolve(said.text("untardir")).normalize();
        if (Files.exists(folder.resolve(name))) {
            throw new HelmException(
                    "failed to untar: a file or directory with the name "
                            + folder.resolve(name)
                            + " already exists");
        }
        Archive.unpack(archive, folder);
    }

    private String pack(Invocation said) {
        String told = said.text("destination");
        Path destination = Path.of(told).toAbsolutePath().normalize();
        StringBuilder text = new StringBuilder();
        for (String chart : said.parameters()) {
            Path folder = Path.of(chart).toAbsolutePath().normalize();
            if (!Files.exists(folder)) {
                throw new HelmException("stat " + chart + ": no such file or directory");
            }
            if (said.has("dependency-update")) {
                String unusedText = new Dependencies(said, ticker, folder).update();
            }
            Helm unused = new Helm(folder).packageIt().withDestination(destination).call();
            JsonObject metadata = Fetching.metadata(folder);
            String file = metadata.string("name") + "-" + metadata.string("version") + ".tgz";
            text.append("Successfully packaged chart and saved it to: ")
                    .append(told.isEmpty() ? destination.resolve(file) : Path.of(told, file))
                    .append('\n');
        }
        return text.toString();
    }

    private static String create(Invocation said) {
        Path chart = Path.of(said.parameter(0)).toAbsolutePath().normalize();
        Path parent = chart.getParent();
        Helm.create()
                .withName(chart.getFileName().toString())
                .withDir(parent == null ? chart : parent)
                .call();
        return "Creating " + said.parameter(0) + "\n";
    }

    private static String version(Invocation said) {
        String version = Helm.version().call();
        return said.has("short")
                ? version + "\n"
                : "version.BuildInfo{Version:\"" + version + "\"}\n";
    }
}
