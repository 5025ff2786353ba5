package kat.cli;

import java.util.Optional;
import kat.api.json.JsonObject;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import kat.app.NodeContainerd;
import kat.app.Version;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat status`: what is known of a cluster, for people or as JSON.
final class StatusVerb implements Verb {

    private final Terminal terminal;
    private final Surroundings surroundings;

    StatusVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ClusterOptions.addTo(CommandSpec.create());
        spec.addOption(ClusterOptions.text("-o", "FORMAT", "json for programs"));
        spec.usageMessage().description("Show the state, address and process of the cluster.");
        return spec;
    }

    @Override
    public int run(ParseResult args) {
        String format = args.matchedOptionValue("-o", "");
        if (!format.isEmpty() && !format.equals("json")) {
            throw new CliException("-o knows only json, not \"" + format + "\"");
        }
        ClusterOptions options = ClusterOptions.of(args, surroundings);
        JsonObject status = look(options);
        if (format.equals("json")) {
            terminal.print(status.toString());
        } else {
            boolean left = status.bool("containersRun", false);
            terminal.print(
                    "state: " + status.string("state") + (left ? ", containers still run" : ""));
            for (String name : new String[] {"name", "kat", "kubernetes", "pid"}) {
                line(status, name, name);
            }
            line(status, "server", "api");
            line(status, "context", "context");
            line(status, "kubeconfig", "kubeconfig");
            line(status, "nodes", "nodes");
        }
        return status.string("state").equals("absent") ? Main.FAILED : Main.DONE;
    }

    private JsonObject look(ClusterOptions options) {
        ClusterFiles files = options.files();
        ClusterConfig config = files.readConfig();
        JsonObject.Builder status =
                JsonObject.builder()
                        .put("name", options.name())
                        .put("kat", Version.KAT)
                        .put("kubernetes", Version.KUBERNETES);
        if (config == null) {
            return status.put("state", "absent").build();
        }
        ServerProcess server = new ServerProcess(files, surroundings.ticker());
        Optional<ProcessHandle> running = server.find();
        status.put("state", running.isPresent() ? "running" : "stopped")
                .put("server", "https://127.0.0.1:" + config.apiPort())
                .put("context", KubeconfigFile.contextName(config.name()))
                .put("kubeconfig", files.adminKubeconfig().toString())
                .put("nodes", nodes(config));
        running.ifPresent(process -> status.put("pid", process.pid()));
        if (running.isEmpty() && config.realNode()) {
            status.put("containersRun", server.hasLeft(NodeContainerd.socket(config, files)));
        }
        return status.build();
    }

    private static String nodes(ClusterConfig config) {
        int number = config.simulatedNodes();
        String simulated = number == 0 ? "none" : number + " simulated";
        if (!config.realNode()) {
            return simulated;
        }
        return config.simulatedNodes() == 0 ? "this machine" : "this machine and " + simulated;
    }

    private void line(JsonObject status, String member, String label) {
        if (status.has(member)) {
            String value =
                    member.equals("pid")
                            ? Long.toString(status.integer(member, 0))
                            : status.string(member);
            terminal.print(label + ": " + value);
        }
    }
}
