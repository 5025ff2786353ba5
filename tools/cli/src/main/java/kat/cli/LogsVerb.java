package kat.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `kat logs`: what the server itself says. Logs of workloads come from `kubectl logs`.
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
        spec.addOption(ClusterOptions.flag("--follow", "go on as it grows"));
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .hidden(true)
                        .build());
        spec.usageMessage().description("Show what the server says.");
        return spec;
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        List<String> workloads = args.matchedPositionalValue(0, List.of());
        if (!workloads.isEmpty()) {
            throw new CliException(
                    "this is KAT's own log; logs of pods come from `kubectl logs "
                            + ShellWords.join(workloads)
                            + "`");
        }
        Path file = ClusterOptions.of(args, surroundings).files().log();
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
