package kat.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;

/// Settles a cluster's configuration: what it was first started with, then the file given by
/// `--config`, then the options; ports and ranges that nobody chose are ones that are free.
final class ConfigChoice {

    private static final int PORTS_TO_TRY = 200;

    private final ClusterOptions cluster;
    private final UpOptions options;
    private final String path;

    ConfigChoice(ClusterOptions cluster, UpOptions options, String path) {
        this.cluster = cluster;
        this.options = options;
        this.path = path;
    }

    ClusterConfig choose(NodeChoice nodes) throws InterruptedException {
        ClusterFiles files = cluster.files();
        ClusterConfig known = files.readConfig();
        JsonObject chosen = options.configFile().isEmpty() ? JsonObject.EMPTY : readFile();
        ClusterConfig base = known == null ? ClusterConfig.DEFAULTS : known;
        ClusterConfig config =
                ClusterConfig.parse(withOptions(chosen), base)
                        .withNodes(nodes.simulated(), nodes.realNode());
        if (known == null && !chosen.has("serviceRange") && !chosen.has("podRange")) {
            config = Ranges.free(config, cluster.home(), path);
        }
        boolean portChosen = options.apiPort() != null || chosen.has("apiPort") || known != null;
        return withFreePort(config, portChosen);
    }

    private JsonObject withOptions(JsonObject chosen) {
        JsonObject tree = chosen.with("name", cluster.name());
        if (options.apiPort() != null) {
            tree = tree.with("apiPort", options.apiPort());
        }
        if (!options.listen().isEmpty()) {
            tree = tree.with("listen", JsonArray.ofStrings(options.listen()));
        }
        if (!options.containerdSocket().isEmpty()) {
            tree = tree.with("containerdSocket", options.containerdSocket());
        }
        return tree;
    }

    private JsonObject readFile() {
        Path file = Path.of(options.configFile());
        try {
            Json tree = Yaml.parse(Files.readString(file));
            if (tree instanceof JsonObject object) {
                return object;
            }
            throw new CliException(
                    file + " holds no settings; expected lines such as apiPort: 6443");
        } catch (IOException e) {
            throw CliException.of("cannot read the settings in " + file, e);
        }
    }

    private static ClusterConfig withFreePort(ClusterConfig config, boolean chosen) {
        if (isFree(config.apiPort())) {
            return config;
        }
        if (chosen) {
            throw new CliException(
                    "port "
                            + config.apiPort()
                            + " is in use by another program; choose another with --api-port");
        }
        for (int port = config.apiPort() + 1; port < config.apiPort() + PORTS_TO_TRY; port++) {
            if (isFree(port)) {
                return config.withApiPort(port);
            }
        }
        throw new CliException("no port is free from " + config.apiPort() + " on; use --api-port");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
