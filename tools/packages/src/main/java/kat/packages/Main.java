package kat.packages;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Parses a command line of Helm's and does what it says.
///
/// Exit codes are Helm's: 0 done, 1 not done, with `Error: …` on standard error.
public final class Main {

    private final PrintStream out;
    private final PrintStream err;
    private final List<HelmVerb> verbs;

    /// @param environment `KUBECONFIG` names the cluster where no flag does
    Main(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        verbs = new ArrayList<>(new Releases(environment).verbs());
        verbs.addAll(Charts.verbs());
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true);
        System.exit(new Main(out, System.err, System.getenv()).run(args));
    }

    int run(String... args) {
        CommandLine line = commandLine();
        try {
            ParseResult parsed = line.parseArgs(args);
            CommandLine last = parsed.asCommandLineList().getLast();
            HelmVerb verb = last.getCommandSpec().userObject() instanceof HelmVerb v ? v : null;
            if (verb == null || last.isUsageHelpRequested()) {
                last.usage(out);
                return 0;
            }
            String text = verb.action().run(last.getParseResult());
            out.print(text.isEmpty() || text.endsWith("\n") ? text : text + "\n");
            return 0;
        } catch (ParameterException | HelmException | IllegalStateException e) {
            // The library says by IllegalStateException what Helm says.
            err.println("Error: " + e.getMessage());
            return 1;
        }
    }

    private CommandLine commandLine() {
        CommandLine root = new CommandLine(CommandSpec.create().name("helm"));
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
        root.addSubcommand(name, made);
        return made;
    }

    private static CommandSpec help(CommandSpec spec) {
        return spec.addOption(
                OptionSpec.builder("-h", "--help").usageHelp(true).description("help").build());
    }
}
