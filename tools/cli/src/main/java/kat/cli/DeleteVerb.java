package kat.cli;

import java.nio.file.Path;
import java.util.Optional;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat delete`: ends a cluster and removes everything of it from the machine.
final class DeleteVerb implements Verb {

    private final Terminal terminal;
    private final Surroundings surroundings;

    DeleteVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "delete";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addOption(
                ClusterOptions.text(
                        "--kubeconfig",
                        "FILE",
                        "take the context out of this file; default the user's"));
        spec.usageMessage()
                .description("Remove the cluster with its objects, containers and rules.");
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        ClusterFiles files = options.files();
        ClusterConfig config = files.readConfig();
        if (config == null) {
            throw new CliException(
                    "there is no cluster " + options.name() + " in " + options.home());
        }
        if (config.realNode() && !surroundings.user().root()) {
            throw new CliException("the cluster runs real containers: delete it as root");
        }
        options.requireOwner(files.store());
        ServerProcess server = new ServerProcess(files, surroundings.ticker());
        Optional<ProcessHandle> running = server.find();
        terminal.passing("deleting cluster " + options.name() + " …");
        if (running.isPresent() && !server.stop(running.get(), ServerProcess.STOP_PATIENCE)) {
            throw new CliException(
                    "the server (pid "
                            + running.get().pid()
                            + ") does not end; see "
                            + files.log());
        }
        String context = KubeconfigFile.contextName(config.name());
        String authority = KubeconfigFile.authority(files.adminKubeconfig(), context);
        new Removal(surroundings).remove(files, config);
        Path target =
                KubeconfigFile.target(args.matchedOptionValue("--kubeconfig", ""), surroundings);
        boolean wasCurrent = KubeconfigFile.remove(target, context, authority, surroundings.user());
        terminal.clearPassing();
        terminal.note("cluster " + options.name() + " is deleted");
        if (wasCurrent) {
            terminal.note(
                    "kubectl has no current context now, since that was "
                            + context
                            + "; `kubectl config use-context NAME` chooses another");
        }
        return Main.DONE;
    }
}
