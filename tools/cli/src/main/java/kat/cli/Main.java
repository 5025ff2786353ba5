package kat.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.api.StatusException;
import kat.app.ClusterConfig;
import kat.base.SystemTicker;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Parses the command line and runs one verb.
///
/// Exit codes: 0 done, 1 it could not be done (one sentence on standard error says why), 2 the
/// command line is wrong.
public final class Main {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USE = 2;

    private static final OptionSpec HELP =
            OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("show this help and do nothing")
                    .build();

    private final List<Verb> verbs;
    private final Terminal terminal;

    Main(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        verbs =
                List.of(
                        new UpVerb(terminal, surroundings),
                        new DownVerb(terminal, surroundings),
                        new StatusVerb(terminal, surroundings),
                        new DeleteVerb(terminal, surroundings),
                        new KubeconfigVerb(terminal, surroundings),
                        new DoctorVerb(terminal, surroundings),
                        new LogsVerb(terminal, surroundings),
                        new ImageVerb(terminal, surroundings),
                        new KubectlVerb(surroundings),
                        new BenchVerb(terminal, surroundings),
                        new PrepareVerb(terminal, surroundings),
                        new VersionVerb(terminal));
    }

    public static void main(String[] args) {
        CliLog.install();
        PrintStream out = new PrintStream(System.out, true);
        boolean interactive = isTerminal(Path.of("/proc/self/fd/2"));
        Terminal terminal = new Terminal(out, System.err, interactive);
        Surroundings surroundings = Surroundings.ofThisProcess(new SystemTicker());
        System.exit(new Main(terminal, surroundings).run(args));
    }

    /// Whether an open file is a terminal: progress is redrawn only for a person.
    private static boolean isTerminal(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().matches("/dev/(pts/|tty).*");
        } catch (IOException unknown) {
            return false;
        }
    }

    int run(String... args) {
        CommandSpec root = CommandSpec.create().name("kat");
        root.addOption(HELP);
        root.addOption(
                OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the versions.")
                        .build());
        root.usageMessage()
                .description("Kubernetes 1.36 in one process.")
                .footer(
                        "",
                        "  verify     Run every check that CI runs",
                        "  fix        Format the sources",
                        "  help       Show this, or with a verb its options",
                        "",
                        "First steps: kat up, then kubectl get nodes.");
        CommandLine help = new CommandLine(new CommandLine.HelpCommand());
        help.getCommandSpec().usageMessage().hidden(true);
        root.addSubcommand("help", help);
        CommandLine line = new CommandLine(root);
        for (Verb verb : verbs) {
            CommandSpec spec = verb.spec();
            spec.addOption(HELP);
            spec.usageMessage().hidden(verb.isInternal());
            line.addSubcommand(verb.name(), spec);
        }
        try {
            return dispatch(line, line.parseArgs(args));
        } catch (ParameterException e) {
            terminal.error(String.valueOf(e.getMessage()));
            terminal.error("`kat help` lists the verbs, `kat VERB --help` the options of one.");
            return WRONG_USE;
        }
    }

    private int dispatch(CommandLine root, ParseResult parsed) {
        if (parsed.isVersionHelpRequested()) {
            return new VersionVerb(terminal).run(parsed);
        }
        if (!parsed.hasSubcommand()) {
            root.usage(terminal.out());
            boolean asked = parsed.isUsageHelpRequested() || parsed.originalArgs().isEmpty();
            return asked ? DONE : WRONG_USE;
        }
        ParseResult sub = parsed.subcommand();
        CommandLine command = sub.commandSpec().commandLine();
        if (command.isUsageHelpRequested()) {
            command.usage(terminal.out());
            return DONE;
        }
        if (command.getCommandSpec().userObject() instanceof CommandLine.HelpCommand) {
            return help(root, sub);
        }
        for (Verb verb : verbs) {
            if (verb.name().equals(command.getCommandName())) {
                return run(verb, sub);
            }
        }
        throw new IllegalStateException("no verb " + command.getCommandName());
    }

    private int help(CommandLine root, ParseResult help) {
        List<String> named = help.originalArgs();
        String last = named.getLast();
        CommandLine about = root.getSubcommands().get(last);
        (about == null || "help".equals(last) ? root : about).usage(terminal.out());
        return DONE;
    }

    private int run(Verb verb, ParseResult args) {
        try {
            return verb.run(args);
        } catch (CliException | ClusterConfig.ConfigException e) {
            terminal.error(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (StatusException e) {
            terminal.error("the API server refused: " + e.getMessage());
            return FAILED;
        } catch (UncheckedIOException e) {
            terminal.error(e.getMessage() + ": " + CliException.reason(e.getCause()));
            return FAILED;
        } catch (InterruptedException e) {
            terminal.error("interrupted");
            return FAILED;
        }
    }
}
