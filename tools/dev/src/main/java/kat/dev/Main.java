package kat.dev;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.dev.config.DevException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Parses a command line and runs one verb of the dev loop.
///
/// Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong.
public final class Main {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    private static final int PATIENCE_SECONDS = 60;

    private final Screen screen;
    private final Map<String, String> environment;
    private final Path folder;
    private final Ticker ticker;

    /// The verbs, and what help says of each.
    enum Verb {
        RUN("build, deploy and wait until everything runs"),
        DEV("build and deploy, then follow changes of the sources"),
        DEBUG("build and deploy with a port for a debugger in every Java container"),
        BUILD("build the images that changed"),
        DEPLOY("deploy images that are built"),
        UNDEPLOY("take away what was deployed"),
        RENDER("print the manifests with the images' tags");

        private final String about;

        Verb(String about) {
            this.about = about;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param folder in which the command runs
    Main(Screen screen, Map<String, String> environment, Path folder, Ticker ticker) {
        this.screen = screen;
        this.environment = Map.copyOf(environment);
        this.folder = folder;
        this.ticker = ticker;
    }

    public static void main(String[] args) {
        Map<String, String> environment = System.getenv();
        boolean isColored =
                isTerminal(Path.of("/proc/self/fd/1"))
                        && !"dumb".equals(environment.get("TERM"))
                        && environment.getOrDefault("NO_COLOR", "").isEmpty();
        Screen screen =
                new Screen(
                        new PrintStream(System.out, false, StandardCharsets.UTF_8),
                        new PrintStream(System.err, true, StandardCharsets.UTF_8),
                        isColored);
        Path folder = Path.of("").toAbsolutePath();
        CountDownLatch isDone = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(main, isDone)));
        int code = new Main(screen, environment, folder, new SystemTicker()).run(args);
        isDone.countDown();
        System.exit(code);
    }

    /// Lets a verb end what it began when the program is asked to end.
    private static void interrupt(Thread main, CountDownLatch isDone) {
        main.interrupt();
        try {
            boolean unused = isDone.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether an open file is a terminal: only a person is shown colours.
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
            ParseResult parsed = line.parseArgs(args);
            if (!parsed.hasSubcommand()) {
                line.usage(screen.out());
                return parsed.isUsageHelpRequested() ? DONE : WRONG_USE;
            }
            ParseResult said = parsed.subcommand();
            CommandLine command = said.commandSpec().commandLine();
            if (command.isUsageHelpRequested()) {
                command.usage(screen.out());
                return DONE;
            }
            Verb verb = Verb.valueOf(command.getCommandName().toUpperCase(Locale.ROOT));
            Options options = new Options(said);
            Map<String, String> own = options.environment(environment);
            return new Work(verb, options, screen, own, folder, ticker).run();
        } catch (ParameterException e) {
            screen.error(String.valueOf(e.getMessage()));
            return WRONG_USE;
        } catch (DevException e) {
            screen.error(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (InterruptedException e) {
            screen.error("interrupted");
            return FAILED;
        }
    }

    private static CommandLine commandLine() {
        CommandLine root = new CommandLine(help(CommandSpec.create().name("kat")));
        for (Verb verb : Verb.values()) {
            CommandSpec spec = help(Options.spec());
            spec.usageMessage().description(verb.about);
            root.addSubcommand(verb.word(), spec);
        }
        return root;
    }

    private static CommandSpec help(CommandSpec spec) {
        return spec.addOption(
                OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("show this help and do nothing")
                        .build());
    }
}
