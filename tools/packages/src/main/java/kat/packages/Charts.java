package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.PackageCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;

/// Helm's commands that work on charts as files and need no cluster.
final class Charts {

    private Charts() {}

    static List<HelmVerb> verbs() {
        return List.of(
                verb(
                        "lint",
                        "Look for faults of a chart.",
                        "CHART",
                        List.of("strict"),
                        Charts::lint),
                verb(
                        "dependency update",
                        "Fetch the charts that a chart depends on.",
                        "CHART",
                        List.of(),
                        args -> chart(args).dependency().update().call()),
                verb(
                        "dependency build",
                        "Fetch the charts that Chart.lock names.",
                        "CHART",
                        List.of(),
                        args -> chart(args).dependency().build().call()),
                verb(
                        "dependency list",
                        "List the charts that a chart depends on.",
                        "CHART",
                        List.of(),
                        args -> chart(args).dependency().list().call().getOutput()),
                verb(
                        "show values",
                        "Show the values of a chart.",
                        "CHART",
                        List.of(),
                        args -> chart(args).show().values().call()),
                verb(
                        "show chart",
                        "Show what a chart says of itself.",
                        "CHART",
                        List.of(),
                        args -> chart(args).show().chart().call()),
                verb(
                        "package",
                        "Pack a chart into an archive.",
                        "CHART",
                        List.of("destination"),
                        Charts::pack),
                verb("create", "Make a new chart.", "NAME", List.of(), Charts::create),
                new HelmVerb(
                        "version",
                        "Show Helm's version.",
                        List.of(),
                        List.of(),
                        args -> Helm.version().call()));
    }

    private static HelmVerb verb(
            String name,
            String description,
            String parameter,
            List<String> flags,
            HelmVerb.Action action) {
        return new HelmVerb(name, description, List.of(parameter), flags, action);
    }

    /// The chart in the folder that is the only parameter.
    static Helm chart(ParseResult args) {
        return new Helm(folder(HelmOptions.parameter(args, 0)));
    }

    static Path folder(String said) {
        Path folder = Path.of(said).toAbsolutePath().normalize();
        if (!Files.exists(folder)) {
            throw new HelmException("path \"" + said + "\" not found");
        }
        return folder;
    }

    private static String lint(ParseResult args) {
        com.marcnuri.helm.LintCommand lint = chart(args).lint();
        HelmOptions.ifFlag(args, "strict", lint::strict);
        LintResult result = lint.call();
        String chart = HelmOptions.parameter(args, 0);
        String text =
                "==> Linting " + chart + "\n" + String.join("\n", result.getMessages()) + "\n\n";
        if (result.isFailed()) {
            throw new HelmException("1 chart(s) linted, 1 chart(s) failed\n" + text);
        }
        return text + "1 chart(s) linted, 0 chart(s) failed";
    }

    private static String pack(ParseResult args) {
        PackageCommand pack = chart(args).packageIt();
        String said = HelmOptions.text(args, "destination");
        Path destination = Path.of(said).toAbsolutePath().normalize();
        pack.withDestination(destination).call();
        return "Successfully packaged chart and saved it to: " + destination;
    }

    private static String create(ParseResult args) {
        Path chart = Path.of(HelmOptions.parameter(args, 0)).toAbsolutePath().normalize();
        Path parent = chart.getParent();
        Helm.create()
                .withName(chart.getFileName().toString())
                .withDir(parent == null ? chart : parent)
                .call();
        return "Creating " + HelmOptions.parameter(args, 0);
    }
}
