package kat.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.StatusException;
import kat.app.ClusterConfig;
import kat.base.SystemTicker;
import kat.cri.ContainerRuntimeException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

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
    private final Surroundings surroundings;

    Main(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
        verbs = new ArrayList<>(verbs(terminal, surroundings));
        verbs.addAll(DevVerb.all(surroundings));
        verbs.addAll(LauncherVerb.all());
    }

    private static List<Verb> verbs(Terminal terminal, Surroundings surroundings) {
        return List.of(
                new UpVerb(terminal, surroundings),
                new DownVerb(terminal, surroundings),
                new StatusVerb(terminal, surroundings),
                new DeleteVerb(terminal, surroundings),
                new KubeconfigVerb(terminal, surroundings),
                new DoctorVerb(terminal, surroundings),
                new LogsVerb(terminal, surroundings),
                new ImageVerb(terminal, surroundings),
                new KubectlVerb(surroundings),
                new HelmVerb(surroundings),
                new DashboardVerb(terminal, surroundings),
                new AddonsVerb(terminal, surroundings),
                new BundleVerb(terminal, surroundings),
                new BenchVerb(terminal, surroundings),
                new PrepareVerb(terminal, surroundings),
                new VersionVerb(terminal));
    }

    public static void main(String[] args) {
        CliLog.install();
        PrintStream out = new PrintStream(System.out, true);
        boolean interactive = isTerminal(Path.of("/proc/self/fd/2"));
        Surroundings surroundings = Surroundings.ofThisProcess(new SystemTicker());
        boolean redrawn = interactive && Terminal.takesEscapes(surroundings.environment());
        Terminal terminal = new Terminal(out, System.err, redrawn);
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
        CommandLine line = commandLine();
        try {
            return dispatch(line, line.parseArgs(args));
        } catch (ParameterException e) {
            boolean isVerb =
                    e instanceof UnmatchedArgumentException
                            && e.getCommandLine() == line
                            && !args[0].startsWith("-");
            return wrongUse(isVerb ? noVerb(args[0], line) : String.valueOf(e.getMessage()));
        }
    }

    private CommandLine commandLine() {
        CommandSpec root = CommandSpec.create().name(surroundings.program());
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
                        "First steps: " + surroundings.program() + " up, then kubectl get nodes.");
        CommandLine line = new CommandLine(root);
        for (Verb verb : verbs) {
            CommandSpec spec = verb.spec();
            spec.addOption(HELP);
            spec.usageMessage().hidden(verb.isInternal());
            line.addSubcommand(verb.name(), spec);
        }
        CommandSpec help = CommandSpec.forAnnotatedObject(new CommandLine.HelpCommand());
        help.usageMessage().description("Show this, or with a verb its options.");
        line.addSubcommand("help", help);
        if (!terminal.interactive()) {
            line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        }
        return line;
    }

    private int wrongUse(String sentence) {
        terminal.error(sentence);
        terminal.error(
                "`"
                        + surroundings.program()
                        + " help` lists the verbs, `"
                        + surroundings.program()
                        + " VERB --help` the options of one.");
        return WRONG_USE;
    }

    private static String noVerb(String word, CommandLine line) {
        String nearest = Nearest.of(word, line.getSubcommands().keySet());
        return "no verb " + word + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?");
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
        String last = help.originalArgs().getLast();
        CommandLine about = "help".equals(last) ? root : root.getSubcommands().get(last);
        if (about == null) {
            return wrongUse(noVerb(last, root));
        }
        about.usage(terminal.out());
        return DONE;
    }

    /// Runs a verb; what it cannot do is told in a sentence.
    int run(Verb verb, ParseResult args) {
        try {
            return verb.run(args);
        } catch (CliException | ClusterConfig.ConfigException e) {
            terminal.error(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (StatusException e) {
            terminal.error("the API server refused: " + e.getMessage());
            return FAILED;
        } catch (ContainerRuntimeException e) {
            terminal.error(String.valueOf(e.getMessage()));
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
