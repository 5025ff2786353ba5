package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat up`: makes the machine ready where it is not, starts the server, waits until the cluster
/// can be used, and points kubectl at it.
final class UpVerb implements Verb {

    private final Terminal terminal;
    private final Surroundings surroundings;

    UpVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "up";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.usageMessage().description("Start a cluster, or bring a stopped one back.");
        UpOptions.addTo(spec);
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        UpOptions options = UpOptions.of(args);
        cluster.requireOwner(cluster.files().store());
        KubeconfigFile.require(KubeconfigFile.target(options.kubeconfig(), surroundings));
        boolean isHomeNew = !Files.exists(cluster.home());
        StartUp startUp = startInTurn(cluster, options, isHomeNew);
        try (OnInterrupt _ = new OnInterrupt(() -> startUp.stopIf(options.foreground()))) {
            return options.foreground() ? startUp.awaitEnd() : Main.DONE;
        }
    }

    private StartUp startInTurn(ClusterOptions cluster, UpOptions options, boolean isHomeNew)
            throws InterruptedException {
        refuseSecond(cluster);
        try (Siblings siblings = Siblings.take(cluster.home(), surroundings.user(), terminal)) {
            boolean isStarted = false;
            try {
                refuseSecond(cluster); // the one that had its turn before may have been its twin
                StartUp startUp = start(cluster, options, siblings);
                isStarted = true;
                return startUp;
            } finally {
                if (isHomeNew && !isStarted) {
                    siblings.removeHome();
                } else if (isHomeNew) {
                    FileTree.giveTo(surroundings.user(), List.of(cluster.home()));
                }
            }
        }
    }

    private StartUp start(ClusterOptions cluster, UpOptions options, Siblings siblings)
            throws InterruptedException {
        ClusterFiles files = cluster.files();
        boolean isFresh = !files.exists();
        ClusterConfig known = files.readConfig();
        ConfigChoice settings = new ConfigChoice(cluster, options, known);
        NodeChoice choice = chooseNodes(settings.nodes(), known, options.noInstall());
        ClusterConfig config =
                settings.choose(
                        choice, siblings.others(files.folder()), surroundings.variable("PATH"));
        prepare(files, config, isFresh);
        StartUp startUp = new StartUp(terminal, surroundings, server(cluster), files);
        Runnable undo = isFresh ? () -> new Removal(surroundings).remove(files, config) : () -> {};
        try (OnInterrupt _ = new OnInterrupt(() -> abandon(startUp, undo))) {
            startUp.run(options.foreground());
        } catch (CliException e) {
            undo.run();
            throw e;
        }
        try (OnInterrupt _ = new OnInterrupt(() -> startUp.stopIf(options.foreground()))) {
            finish(cluster, options, choice);
        }
        return startUp;
    }

    private static void prepare(ClusterFiles files, ClusterConfig config, boolean isFresh) {
        try {
            files.create();
            files.writeConfig(config);
            Files.deleteIfExists(files.progress());
            Files.deleteIfExists(files.pid());
        } catch (IOException e) {
            if (isFresh && Files.isDirectory(files.folder())) {
                FileTree.delete(files.folder());
            }
            throw CliException.of("cannot prepare the cluster's folder " + files.folder(), e);
        }
    }

    private ServerProcess server(ClusterOptions cluster) {
        return new ServerProcess(cluster.files(), surroundings.ticker());
    }

    /// Leaves nothing half-made when a person gives up.
    private static void abandon(StartUp startUp, Runnable undo) {
        startUp.stopIf(true);
        undo.run();
    }

    private void refuseSecond(ClusterOptions cluster) {
        Optional<ProcessHandle> running = server(cluster).find();
        if (running.isPresent()) {
            throw new CliException(
                    "cluster "
                            + cluster.name()
                            + " is up already (pid "
                            + running.get().pid()
                            + "); `kat status"
                            + cluster.again(surroundings)
                            + "` shows it, and `kat kubeconfig"
                            + cluster.again(surroundings)
                            + "` prints how kubectl reaches it");
        }
    }

    private NodeChoice chooseNodes(
            NodeWish wish, @Nullable ClusterConfig known, boolean noInstall) {
        Host host = Host.look(surroundings);
        NodeChoice choice = NodeChoice.of(wish, known, host, noInstall);
        if (!choice.missing().isEmpty()) {
            if (noInstall || !host.canInstall()) {
                throw new CliException(
                        "real containers need "
                                + Host.describe(choice.missing())
                                + "; install "
                                + (choice.missing().size() == 1 ? "it" : "them")
                                + " (Debian: "
                                + Host.packages(choice.missing())
                                + "), or start with --simulated-nodes 3");
            }
            new Installer(terminal).install(choice.missing());
        }
        if (!choice.why().isEmpty()) {
            terminal.note(choice.why());
        }
        return choice;
    }

    private void finish(ClusterOptions cluster, UpOptions options, NodeChoice choice) {
        Path target = KubeconfigFile.target(options.kubeconfig(), surroundings);
        KubeconfigFile.merge(target, cluster.files().adminKubeconfig(), surroundings.user());
        FileTree.giveTo(surroundings.user(), cluster.files().forPerson());
        String context = KubeconfigFile.contextName(cluster.name());
        terminal.note(
                "Cluster "
                        + cluster.name()
                        + " is up"
                        + (choice.realNode() ? "" : " with simulated nodes")
                        + "; kubectl's context is "
                        + context
                        + " in "
                        + target
                        + ".");
        terminal.note("  kubectl get nodes");
        String command = surroundings.variable("KAT_COMMAND");
        terminal.note(
                "  "
                        + (command.isEmpty() ? "kat" : command)
                        + " down"
                        + cluster.again(surroundings));
    }
}
