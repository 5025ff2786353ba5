package kat.packages;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Parses a command line of Helm's and does what it says.
///
/// Exit codes are Helm's: 0 done, 1 not done, with `Error: …` on standard error.
public final class Main {

    /// Where a person types and reads.
    record Console(InputStream in, PrintStream out, PrintStream err) {}

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final List<HelmVerb> verbs = new ArrayList<>();

    /// @param environment `KUBECONFIG` names the cluster where no flag does
    Main(Console console, Map<String, String> environment, Ticker ticker, Randomness randomness) {
        InputStream in = console.in();
        out = console.out();
        err = console.err();
        this.environment = Map.copyOf(environment);
        verbs.addAll(new ReleaseVerbs(ticker, randomness, in).verbs());
        verbs.addAll(new ShowVerbs(ticker).verbs());
        verbs.addAll(new RepoVerbs(ticker, in).verbs());
        verbs.addAll(new Charts(ticker, in).verbs());
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Main main =
                new Main(
                        new Console(System.in, out, err),
                        System.getenv(),
                        new SystemTicker(),
                        Randomness.system());
        System.exit(main.run(args));
    }

    int run(String... args) {
        try (Scratch scratch = new Scratch()) {
            ParseResult parsed = commandLine().parseArgs(HelmOptions.plain(args));
            List<CommandLine> lines = parsed.asCommandLineList();
            CommandLine last = lines.getLast();
            Optional<HelmVerb> verb =
                    verbs.stream()
                            .filter(one -> one == last.getCommandSpec().userObject())
                            .findFirst();
            if (verb.isEmpty() || last.isUsageHelpRequested()) {
                last.usage(out);
                return 0;
            }
            List<ParseResult> parts = lines.stream().map(CommandLine::getParseResult).toList();
            run(verb.get(), new Invocation(parts, environment, out, err, scratch));
            return 0;
        } catch (UnmatchedArgumentException e) {
            return failed(unknown(e));
        } catch (ParameterException | HelmException | IllegalStateException e) {
            // The library says by IllegalStateException what Helm says.
            return failed(HelmException.reason(e));
        }
    }

    private void run(HelmVerb verb, Invocation said) {
        verb.requireCount(said.parameters().size());
        ChartSource.prepare(said);
        String text = verb.action().run(said);
        out.print(text.isEmpty() || text.endsWith("\n") ? text : text + "\n");
    }

    private int failed(String reason) {
        err.println("Error: " + reason);
        return 1;
    }

    private static String unknown(UnmatchedArgumentException e) {
        String word = e.getUnmatched().getFirst();
        if (word.startsWith("--")) {
            int equals = word.indexOf('=');
            return "unknown flag: " + (equals < 0 ? word : word.substring(0, equals));
        }
        if (word.startsWith("-") && word.length() > 1) {
            return "unknown shorthand flag: '" + word.charAt(1) + "' in " + word;
        }
        return "unknown command \"" + word + "\" for \"helm\"\nRun 'helm --help' for usage.";
    }

    private CommandLine commandLine() {
        CommandLine root = new CommandLine(CommandSpec.create().name("helm"));
        HelmOptions.everywhere(root.getCommandSpec());
        help(root.getCommandSpec()).usageMessage().description("Helm's package manager.");
        for (HelmVerb verb : verbs) {
            CommandSpec spec = help(CommandSpec.wrapWithoutInspection(verb));
            spec.usageMessage().description(verb.description());
            HelmOptions.add(spec, verb);
            String[] words = verb.name().split(" ", 2);
            CommandLine parent = words.length == 1 ? root : group(root, words[0]);
            parent.addSubcommand(words[words.length - 1], spec, verb.aliases());
        }
        return root;
    }

    /// The command that only holds others, such as `dependency`.
    private static CommandLine group(CommandLine root, String name) {
        CommandLine found = root.getSubcommands().get(name);
        if (found != null) {
            return found;
        }
        CommandLine made = new CommandLine(help(CommandSpec.create()));
        root.addSubcommand(
                name, made, name.equals("dependency") ? new String[] {"dep"} : new String[0]);
        return made;
    }

    private static CommandSpec help(CommandSpec spec) {
        return spec.addOption(
                OptionSpec.builder("-h", "--help").usageHelp(true).description("help").build());
    }
}
