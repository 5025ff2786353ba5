package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.app.ClusterConfig;
import kat.app.NodeContainerd;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// A verb of skaffold.yaml, such as `kat run`: the dev loop as a program of its own, pointed at
/// the cluster.
final class DevVerb implements Verb {

    private static final String PROGRAM = "kat.dev.Main";

    private final String name;
    private final String description;
    private final Surroundings surroundings;

    private DevVerb(String name, String description, Surroundings surroundings) {
        this.name = name;
        this.description = description;
        this.surroundings = surroundings;
    }

    static List<Verb> all(Surroundings surroundings) {
        return List.of(
                new DevVerb("run", "Build and deploy what skaffold.yaml says.", surroundings),
                new DevVerb("dev", "Build and deploy, then follow changes.", surroundings),
                new DevVerb("debug", "Build and deploy with ports for debuggers.", surroundings),
                new DevVerb("build", "Build the images of skaffold.yaml.", surroundings),
                new DevVerb("deploy", "Deploy images that are built.", surroundings),
                new DevVerb("undeploy", "Take away what was deployed.", surroundings),
                new DevVerb("render", "Print the manifests of skaffold.yaml.", surroundings));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.passingOn("flags with skaffold's names");
        spec.usageMessage().description(description, "`-- --help` lists its flags.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        List<String> words = args.matchedPositionalValue(0, List.of());
        String programs = surroundings.variable("KAT_PROGRAMS");
        Path jars = Path.of(programs, "dev", "target", "dist");
        if (programs.isEmpty() || !Files.isDirectory(jars)) {
            throw new CliException("the dev loop is not built; run ./kat of the sources");
        }
        List<String> command = new ArrayList<>();
        command.add(surroundings.java().toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + jars.resolveSibling("dev.jsa"),
                        "-Xlog:disable",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        jars.resolve("*").toString(),
                        PROGRAM,
                        name));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        pointAt(cluster, builder.environment());
        try {
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
            return process.waitFor();
        } catch (IOException e) {
            throw CliException.of("cannot run kat " + name, e);
        }
    }

    /// Lets the program end what it began when this one is asked to end.
    private static void end(Process process) {
        process.destroy();
        Process unused = process.onExit().join();
    }

    /// Tells the program of the cluster, where there is one.
    private static void pointAt(ClusterOptions cluster, Map<String, String> environment) {
        environment.put("KAT_DEV_STORE", cluster.home().toAbsolutePath().resolve("dev").toString());
        Path kubeconfig = cluster.files().adminKubeconfig();
        ClusterConfig config = cluster.files().readConfig();
        if (config == null || !Files.exists(kubeconfig)) {
            return;
        }
        environment.put("KUBECONFIG", kubeconfig.toString());
        if (config.realNode()) {
            Path socket = NodeContainerd.socket(config, cluster.files());
            environment.put("KAT_CONTAINERD", socket.toString());
        } else {
            environment.put("KAT_SIMULATED", "true");
        }
    }
}
