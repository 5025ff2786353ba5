package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat kubectl …`: the machine's own kubectl, pointed at the cluster.
final class KubectlVerb implements Verb {

    static final String HOW_TO_GET =
            "missing; Debian's package is kubernetes-client, other ways stand at"
                    + " https://kubernetes.io/docs/tasks/tools/";

    private final Surroundings surroundings;

    KubectlVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "kubectl";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.passingOn("what kubectl is to do");
        spec.usageMessage().description("Run this machine's kubectl against the cluster.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        String program = find(surroundings);
        if (program.isEmpty()) {
            throw new CliException("kubectl is " + HOW_TO_GET);
        }
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        List<String> words = args.matchedPositionalValue(0, List.of());
        Path kubeconfig = cluster.files().adminKubeconfig();
        if (!Files.exists(kubeconfig)) {
            throw new CliException(
                    "there is no cluster "
                            + cluster.name()
                            + " in "
                            + cluster.home()
                            + "; `"
                            + cluster.command("up")
                            + "` makes one"
                            + misplaced(words));
        }
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw CliException.of("cannot run " + program, e);
        }
    }

    private static String misplaced(List<String> words) {
        for (String option : List.of("--name", "--home")) {
            if (words.contains(option)
                    || words.stream().anyMatch(w -> w.startsWith(option + "="))) {
                return "; to name another, " + option + " stands before kubectl's words";
            }
        }
        return "";
    }

    /// The kubectl of `KAT_KUBECTL`, else of the PATH; empty when there is none.
    static String find(Surroundings surroundings) {
        String named = surroundings.variable("KAT_KUBECTL");
        return named.isEmpty() ? Host.program("kubectl", surroundings) : named;
    }
}
