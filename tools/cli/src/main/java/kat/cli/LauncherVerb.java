package kat.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// A verb that the launcher does by itself, since it needs the sources: here for its help alone.
///
/// @param options for its help
record LauncherVerb(String name, String description, List<OptionSpec> options) implements Verb {

    LauncherVerb {
        options = List.copyOf(options);
    }

    static List<Verb> all() {
        return List.of(
                new LauncherVerb(
                        "verify",
                        "Run every check that CI runs.",
                        List.of(
                                ClusterOptions.flag(
                                        "--no-install", "leave out tests that need more"),
                                ClusterOptions.flag(
                                        "--nightly", "run what is too long for each change"))),
                new LauncherVerb(
                        "simulate",
                        "Run a whole cluster on a virtual clock.",
                        List.of(
                                ClusterOptions.text("--seed", "N", "the first seed; default 1"),
                                ClusterOptions.text("--seeds", "N", "how many; default 1"),
                                ClusterOptions.flag("--trace", "show every commit"))),
                new LauncherVerb("fix", "Format the sources.", List.of()));
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(description);
        options.forEach(spec::addOption);
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        throw new CliException(name + " works on the sources: run ./kat " + name + " there");
    }
}
