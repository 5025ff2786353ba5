package kat.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// The options by which every verb says which cluster it means.
///
/// @param name of the cluster
/// @param home folder that holds the clusters
/// @param surroundings in which the person types commands
record ClusterOptions(String name, Path home, Surroundings surroundings) {

    static CommandSpec addTo(CommandSpec spec) {
        return spec.addOption(text("--name", "NAME", "the cluster; default $KAT_NAME or kat"))
                .addOption(
                        text(
                                "--home",
                                "DIR",
                                "where clusters are kept; default $KAT_HOME or ~/.kat"));
    }

    /// A verb that hands all words behind its own options to another program.
    static CommandSpec passingOn(String description) {
        CommandSpec spec = addTo(CommandSpec.create());
        spec.parser().stopAtPositional(true).unmatchedOptionsArePositionalParams(true);
        return spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("ARGUMENT")
                        .description(description)
                        .build());
    }

    static OptionSpec text(String name, String value, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(value)
                .description(description)
                .build();
    }

    static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name).type(boolean.class).description(description).build();
    }

    static ClusterOptions of(ParseResult args, Surroundings surroundings) {
        String named = args.matchedOptionValue("--home", surroundings.variable("KAT_HOME"));
        Path home = named.isEmpty() ? surroundings.user().home().resolve(".kat") : Path.of(named);
        String usual = surroundings.variable("KAT_NAME");
        String name =
                args.matchedOptionValue(
                        "--name", usual.isEmpty() ? ClusterConfig.DEFAULT_NAME : usual);
        if (!name.matches("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")) {
            throw new CliException(
                    "--name (or KAT_NAME) must be at most 40 lower-case letters, digits and '-', but is \""
                            + name
                            + "\"");
        }
        ClusterOptions cluster = new ClusterOptions(name, home, surroundings);
        cluster.requireOwner(cluster.files().folder());
        cluster.requireOwner(cluster.files().config());
        return cluster;
    }

    /// @param file of the cluster; it need not be there
    /// @throws CliException when another user keeps it from this one
    void requireOwner(Path file) {
        boolean usable = Files.isDirectory(file) ? Files.isWritable(file) : Files.isReadable(file);
        if (!usable && Files.exists(file)) {
            throw new CliException(
                    "cluster "
                            + name
                            + " in "
                            + home
                            + " belongs to "
                            + FileTree.owner(file)
                            + "; try again with sudo, or choose another --home");
        }
    }

    ClusterFiles files() {
        return ClusterFiles.of(home, name);
    }

    /// A command about this cluster as the person would type it: `./kat up --name other`.
    String command(String verb) {
        return surroundings.command(verb) + again();
    }

    /// The same for root, of whom this one asks.
    String commandAsRoot(String verb) {
        return surroundings.commandAsRoot(verb) + again();
    }

    /// The options that name this cluster again; empty for the default one.
    private String again() {
        String text = name.equals(ClusterConfig.DEFAULT_NAME) ? "" : " --name " + name;
        Path usual = surroundings.user().home().resolve(".kat").toAbsolutePath();
        Path folder = home.toAbsolutePath();
        return folder.equals(usual)
                ? text
                : text + " --home " + ShellWords.quote(folder.toString());
    }
}
