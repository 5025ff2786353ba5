package kat.cli;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import kat.app.ClusterConfig;
import kat.app.Leftovers;
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
            boolean wasLeft = endWhatIsLeft(options, server);
            terminal.note(
                    wasLeft ? isDown(options) : "cluster " + options.name() + " is not running");
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

    /// After a `kill -9` of the server, containers and network are there without it.
    ///
    /// @return whether anything was
    private boolean endWhatIsLeft(ClusterOptions options, ServerProcess server) {
        try (var _ = Siblings.take(options, terminal)) {
            ClusterConfig config = options.files().readConfig();
            if (config == null || server.find().isPresent()) {
                throw new CliException(
                        "cluster " + options.name() + " was just changed by another");
            }
            Leftovers leftovers = new Leftovers(config, options.files(), surroundings.ticker());
            if (!leftovers.areThere()) {
                return false;
            }
            if (!surroundings.user().root()) {
                throw new CliException(
                        "the server of cluster "
                                + options.name()
                                + " was killed and its containers are left: run kat down as root");
            }
            terminal.passing(
                    "the server was killed; stopping containers and rules of cluster "
                            + options.name()
                            + " …");
            leftovers.end();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted while the cluster was stopped", e);
        } catch (ExecutionException e) {
            throw new CliException("a container does not end: " + e.getCause(), e);
        } finally {
            terminal.clearPassing();
        }
    }

    static String isDown(ClusterOptions cluster) {
        return "cluster "
                + cluster.name()
                + " is down; `"
                + cluster.command("up")
                + "` brings it back";
    }
}
