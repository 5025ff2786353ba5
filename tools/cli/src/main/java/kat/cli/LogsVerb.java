package kat.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `kat logs`: what the server itself says, or with a pod's name or any option of [LineSearch]
/// the lines of pods that the add-on `logging` keeps.
final class LogsVerb implements Verb {

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final int CHUNK_BYTES = 64 << 10;

    private final Terminal terminal;
    private final Surroundings surroundings;

    LogsVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "logs";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addOption(ClusterOptions.flag("--server", "the log of KAT itself, as without it"));
        spec.addOption(
                OptionSpec.builder("-f", "--follow")
                        .type(boolean.class)
                        .description("go on as it grows")
                        .build());
        LineSearch.addTo(spec);
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("POD")
                        .description("lines of this pod, also when it is gone")
                        .build());
        spec.usageMessage()
                .description(
                        "Show what the server says; with a pod or any of -l, -n, -A, -c, -o,"
                                + " --grep, --words, --since, --until, --tail, --stream, --node, -C,"
                                + " --histogram, --fields and --kubeconfig: lines of pods, which the add-on `logging` keeps.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        ClusterOptions cluster = ClusterOptions.of(args, surroundings);
        if (LineSearch.isMeant(args)) {
            if (args.matchedOptionValue("--server", false)) {
                throw new CliException("--server is the log of KAT itself, which has no pods");
            }
            LineSearch.run(
                    args, terminal.out(), cluster.files().adminKubeconfig(), surroundings.ticker());
            return Main.DONE;
        }
        return serverLog(cluster.files().log(), args);
    }

    private int serverLog(Path file, ParseResult args) throws InterruptedException {
        boolean follow = args.matchedOptionValue("--follow", false);
        if (!Files.exists(file)) {
            throw new CliException("there is no log " + file + "; was the cluster ever started?");
        }
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            byte[] chunk = new byte[CHUNK_BYTES];
            while (true) {
                int read = log.read(chunk);
                if (read > 0) {
                    terminal.out().write(chunk, 0, read);
                } else if (!follow) {
                    terminal.out().flush();
                    return Main.DONE;
                } else {
                    terminal.out().flush();
                    surroundings.ticker().sleep(LOOK_EVERY);
                }
            }
        } catch (IOException e) {
            throw CliException.of("cannot read " + file, e);
        }
    }
}
