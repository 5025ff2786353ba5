package kat.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
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
        if (options.demo() && server(cluster).find().isPresent()) {
            demo(cluster);
            return Main.DONE;
        }
        try (OnInterrupt interrupt = new OnInterrupt(terminal)) {
            try {
                StartUp startUp = startInTurn(cluster, options, interrupt);
                if (options.demo()) {
                    demo(cluster);
                }
                return options.foreground() ? stay(cluster, startUp, interrupt) : Main.DONE;
            } catch (CliException | UncheckedIOException | InterruptedException e) {
                if (interrupt.isAsked()) {
                    return Main.FAILED; // the person knows
                }
                throw e;
            }
        }
    }

    private void demo(ClusterOptions cluster) throws InterruptedException {
        ClusterConfig config = cluster.files().readConfig();
        if (config == null) {
            throw new CliException("cluster " + cluster.name() + " has no settings");
        }
        new Demo(terminal, surroundings, cluster, config).run();
    }

    private StartUp startInTurn(ClusterOptions cluster, UpOptions options, OnInterrupt interrupt)
            throws InterruptedException {
        boolean isHomeNew = !Files.exists(cluster.home());
        refuseSecond(cluster);
        interrupt.allow("stopping; nothing was started");
        try (Siblings siblings = Siblings.take(cluster, terminal)) {
            boolean isStarted = false;
            try {
                refuseSecond(cluster); // the one that had its turn before may have been its twin
                StartUp startUp = start(cluster, options, siblings, interrupt);
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

    private StartUp start(
            ClusterOptions cluster, UpOptions options, Siblings siblings, OnInterrupt interrupt)
            throws InterruptedException {
        ClusterFiles files = cluster.files();
        ClusterConfig known = files.readConfig();
        interrupt.allow(
                "stopping; cluster "
                        + cluster.name()
                        + (known == null ? " is not kept" : " stays as it was"));
        ConfigChoice settings = new ConfigChoice(cluster, options, known);
        NodeChoice choice = chooseNodes(cluster, settings.nodes(), known, options.noInstall());
        if (options.demo()) {
            Demo.requireContainers(choice.realNode(), choice.why());
        }
        ClusterConfig config =
                settings.choose(
                        choice, siblings.others(files.folder()), surroundings.variable("PATH"));
        StartUp startUp = new StartUp(terminal, surroundings, server(cluster), files);
        boolean isUp = false;
        try {
            prepare(files, config);
            startUp.run(options.foreground());
            isUp = interrupt.forbid();
        } finally {
            if (!isUp) {
                boolean unused = interrupt.forbid();
                new Undoing(terminal, cluster, config, known).undo(startUp);
            }
        }
        if (isUp) {
            finish(cluster, options, choice);
            return startUp;
        }
        throw new InterruptedException("the process was asked to end");
    }

    /// Waits for the end of a server in the foreground, whoever ends it.
    private int stay(ClusterOptions cluster, StartUp startUp, OnInterrupt interrupt)
            throws InterruptedException {
        terminal.note("Ctrl-C stops it.");
        try {
            interrupt.allow("stopping cluster " + cluster.name());
            return startUp.awaitEnd();
        } catch (InterruptedException e) {
            boolean unused = interrupt.forbid();
            startUp.stop();
            terminal.note(DownVerb.isDown(cluster));
            throw e;
        }
    }

    private static void prepare(ClusterFiles files, ClusterConfig config) {
        try {
            files.create();
            files.writeConfig(config);
            Files.deleteIfExists(files.progress());
            Files.deleteIfExists(files.pid());
        } catch (IOException e) {
            throw CliException.of("cannot prepare the cluster's folder " + files.folder(), e);
        }
    }

    private ServerProcess server(ClusterOptions cluster) {
        return new ServerProcess(cluster.files(), surroundings.ticker());
    }

    private void refuseSecond(ClusterOptions cluster) {
        Optional<ProcessHandle> running = server(cluster).find();
        if (running.isPresent()) {
            throw new CliException(
                    "cluster "
                            + cluster.name()
                            + " is up already (pid "
                            + running.get().pid()
                            + "); `"
                            + cluster.command("status")
                            + "` shows it");
        }
    }

    private NodeChoice chooseNodes(
            ClusterOptions cluster,
            NodeWish wish,
            @Nullable ClusterConfig known,
            boolean noInstall) {
        Host host = Host.look(surroundings);
        NodeChoice choice = NodeChoice.of(cluster, wish, known, host, noInstall);
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
        terminal.note(
                "Cluster "
                        + cluster.name()
                        + " is up"
                        + (choice.realNode()
                                ? ""
                                : choice.simulated() == 0
                                        ? " without nodes"
                                        : " with simulated nodes")
                        + "; kubectl's context is "
                        + KubeconfigFile.contextName(cluster.name())
                        + " in "
                        + target
                        + ".");
        terminal.note("  " + kubectl(target));
        terminal.note("  " + cluster.command("down"));
    }

    /// What a person types to see the nodes, wherever the context went.
    private String kubectl(Path target) {
        Path usual = KubeconfigFile.target("", surroundings).toAbsolutePath();
        return target.toAbsolutePath().equals(usual)
                ? "kubectl get nodes"
                : ShellWords.join(
                        List.of("kubectl", "--kubeconfig", target.toString(), "get", "nodes"));
    }
}
