package kat.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat down`: ends the server and its containers; objects and images stay.
final class DownVerb implements Verb {

    private final Terminal terminal;
    private final Surroundings surroundings;

    DownVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "down";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.usageMessage().description("Stop the cluster; objects and images stay.");
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        if (!options.files().exists()) {
            throw new CliException(
                    "there is no cluster " + options.name() + " in " + options.home());
        }
        ServerProcess server = new ServerProcess(options.files(), surroundings.ticker());
        Optional<ProcessHandle> running = server.find();
        if (running.isEmpty()) {
            terminal.note("cluster " + options.name() + " is not running");
            return Main.DONE;
        }
        terminal.passing("stopping containers and rules of cluster " + options.name() + " …");
        boolean ended = server.stop(running.get(), ServerProcess.STOP_PATIENCE);
        terminal.clearPassing();
        if (!ended) {
            throw new CliException(
                    "the server (pid "
                            + running.get().pid()
                            + ") has not ended after "
                            + ServerProcess.STOP_PATIENCE.toSeconds()
                            + " s; see "
                            + options.files().log());
        }
        terminal.note(isDown(options));
        return Main.DONE;
    }

    static String isDown(ClusterOptions cluster) {
        return "cluster "
                + cluster.name()
                + " is down; `"
                + cluster.command("up")
                + "` brings it back";
    }
}
