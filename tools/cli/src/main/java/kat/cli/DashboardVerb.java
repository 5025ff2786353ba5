package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import kat.app.addons.ProgramFolders;
import kat.base.Randomness;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.KubeconfigException;
import kat.console.ConsoleServer;
import kat.console.Helm;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// `kat dashboard`: shows a cluster in the browser, as the user of a kubeconfig.
final class DashboardVerb implements Verb {

    private static final int LAST_PORT = 65_535;
    private static final int LAST_WORDS_SECONDS = 5;

    private final Terminal terminal;
    private final Surroundings surroundings;

    DashboardVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "dashboard";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addOption(
                ClusterOptions.text(
                        "--kubeconfig",
                        "FILE",
                        "the cluster and the user; default the cluster's administrator"));
        spec.addOption(
                ClusterOptions.text("--context", "NAME", "of the kubeconfig; default its current"));
        spec.addOption(
                OptionSpec.builder("--port")
                        .type(int.class)
                        .paramLabel("PORT")
                        .description("on loopback; default any free one")
                        .build());
        spec.addOption(ClusterOptions.flag("--no-open", "print the address and open no browser"));
        spec.usageMessage().description("Show the cluster in the browser.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        int port = args.matchedOptionValue("--port", 0);
        if (port < 0 || port > LAST_PORT) {
            throw new CliException("--port must be from 0 to " + LAST_PORT);
        }
        try (ConsoleServer server =
                        new ConsoleServer(
                                settings(args, port), surroundings.ticker(), Randomness.system());
                OnInterrupt interrupt = new OnInterrupt(terminal)) {
            server.start();
            terminal.print(server.address());
            terminal.note("The address lets one browser in, once. Ctrl-C ends the dashboard.");
            interrupt.allow("kat: the dashboard ends");
            if (!args.matchedOptionValue("--no-open", false)) {
                open(server.address());
            }
            untilInterrupted();
            boolean unused = interrupt.forbid();
            if (server.isRollingBack()) {
                terminal.note("A rollback is under way; the dashboard ends after it.");
            }
            // Sooner than the process itself: it tells what it did not wait for.
            if (!server.awaitRollbacks(OnInterrupt.PATIENCE.minusSeconds(LAST_WORDS_SECONDS))) {
                terminal.note("The rollback goes on by itself; `kat helm history` tells how.");
            }
            return Main.DONE;
        } catch (KubeconfigException e) {
            throw new CliException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw CliException.of("cannot serve the dashboard", e);
        }
    }

    private ConsoleServer.Settings settings(ParseResult args, int port) {
        Path file = kubeconfig(args).toAbsolutePath();
        String named = args.matchedOptionValue("--context", "");
        // The one of now: Helm must not follow when somebody chooses another in the file.
        String context = named.isEmpty() ? Kubeconfig.currentContext(file) : named;
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        List<String> who = new ArrayList<>(List.of("--kubeconfig", file.toString()));
        if (!context.isEmpty()) {
            who.addAll(List.of("--kube-context", context));
        }
        Helm helm =
                words -> {
                    List<String> all = new ArrayList<>(words);
                    all.addAll(who);
                    try {
                        return apart(HelmVerb.process(surroundings, cluster, all));
                    } catch (CliException e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                };
        return new ConsoleServer.Settings(
                Kubeconfig.read(file, context),
                page(),
                port,
                HelmVerb.isBuilt(surroundings) ? Optional.of(helm) : Optional.empty());
    }

    /// In a session of its own, where Ctrl-C at the dashboard's terminal does not reach it.
    private ProcessBuilder apart(ProcessBuilder helm) {
        String program = Host.program("setsid", surroundings);
        if (!program.isEmpty()) {
            helm.command().addFirst(program);
        }
        return helm;
    }

    private static void untilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private Path kubeconfig(ParseResult args) {
        String named = args.matchedOptionValue("--kubeconfig", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        Path own = ClusterOptions.of(args, surroundings).files().adminKubeconfig();
        if (Files.exists(own)) {
            return own;
        }
        String usual = surroundings.variable("KUBECONFIG");
        return usual.isEmpty()
                ? surroundings.user().home().resolve(".kube").resolve("config")
                : Path.of(usual.split(":", -1)[0]);
    }

    private Path page() {
        Path page =
                ProgramFolders.of(surroundings.variable(ProgramFolders.VARIABLE)).page("console");
        if (page == null || !Files.exists(page.resolve("index.html"))) {
            throw new CliException("the dashboard's page is not built; run ./kat of the sources");
        }
        return page;
    }

    /// Opens the browser of the person's desktop, if there is one. The address goes through a
    /// file that only that person may read: everybody can read arguments of processes.
    private void open(String address) throws IOException {
        boolean hasDesktop =
                !surroundings.variable("DISPLAY").isEmpty()
                        || !surroundings.variable("WAYLAND_DISPLAY").isEmpty();
        String program = Host.program("xdg-open", surroundings);
        if (!hasDesktop || program.isEmpty() || surroundings.user().uid() != null) {
            return;
        }
        Path page =
                Files.createTempFile(
                        "kat-dashboard",
                        ".html",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        page.toFile().deleteOnExit();
        Files.writeString(
                page,
                "<!doctype html><meta http-equiv=\"refresh\" content=\"0; url="
                        + address
                        + "\"><title>KAT</title>");
        Process unused =
                new ProcessBuilder(program, page.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
    }
}
