package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat kubeconfig`: prints the administrator's kubeconfig of a cluster.
final class KubeconfigVerb implements Verb {

    private final Terminal terminal;
    private final Surroundings surroundings;

    KubeconfigVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "kubeconfig";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addOption(
                ClusterOptions.flag(
                        "--token", "sign in by a token instead of a client certificate"));
        spec.usageMessage().description("Print the administrator's kubeconfig.");
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        boolean token = args.matchedOptionValue("--token", false);
        Path file = token ? options.files().tokenKubeconfig() : options.files().adminKubeconfig();
        try {
            terminal.out().print(Files.readString(file));
            return Main.DONE;
        } catch (NoSuchFileException absent) {
            throw new CliException(
                    "cluster "
                            + options.name()
                            + " has no kubeconfig yet; `"
                            + options.command("up")
                            + "` makes one");
        } catch (IOException e) {
            throw CliException.of("cannot read " + file, e);
        }
    }
}
