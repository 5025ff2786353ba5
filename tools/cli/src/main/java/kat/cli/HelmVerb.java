package kat.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import kat.addons.Helm;
import kat.base.TaskGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat helm …`: the Helm library as a program of its own, pointed at the cluster.
final class HelmVerb implements Verb {

    private static final String PROGRAM = "kat.packages.Main";

    private final Surroundings surroundings;

    HelmVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "helm";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.passingOn("what Helm is to do");
        spec.usageMessage().description("Run Helm against the cluster.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        List<String> words = args.matchedPositionalValue(0, List.of());
        try {
            return process(surroundings, cluster, words).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw CliException.of("cannot run Helm", e);
        }
    }

    private static Path jars(Surroundings surroundings) {
        return Path.of(surroundings.variable("KAT_PACKAGES"));
    }

    static boolean isBuilt(Surroundings surroundings) {
        return !surroundings.variable("KAT_PACKAGES").isEmpty()
                && Files.isDirectory(jars(surroundings));
    }

    /// Helm, ready to be started for a cluster; charts alone need no cluster.
    static ProcessBuilder process(
            Surroundings surroundings, ClusterOptions cluster, List<String> words) {
        Path jars = jars(surroundings);
        if (!isBuilt(surroundings)) {
            throw new CliException("Helm is not built; run ./kat of the sources");
        }
        List<String> command = new ArrayList<>();
        command.add(surroundings.java().toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        jars.resolve("*").toString(),
                        PROGRAM));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        Path kubeconfig = cluster.files().adminKubeconfig();
        if (Files.exists(kubeconfig)) {
            builder.environment().put("KUBECONFIG", kubeconfig.toString());
        }
        builder.environment().put("KAT_BUNDLED_CHARTS", cluster.files().charts().toString());
        return builder;
    }

    /// Runs Helm to its end and keeps what it says.
    static Helm.Outcome outcome(ProcessBuilder builder) throws InterruptedException {
        try (TaskGroup readers = new TaskGroup("helm")) {
            Process helm = builder.start();
            helm.getOutputStream().close();
            var err = readers.fork(() -> helm.getErrorStream().readAllBytes());
            String out = new String(helm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = helm.waitFor();
            readers.join();
            return new Helm.Outcome(code, out, new String(err.get(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw CliException.of("cannot run Helm", e);
        } catch (ExecutionException e) {
            throw new CliException("cannot read what Helm says", e);
        }
    }
}
