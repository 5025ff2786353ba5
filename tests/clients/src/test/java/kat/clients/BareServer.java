package kat.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;

/// An API server without controllers, whose store is in memory and whose one node is an
/// [EchoNode]. There is a pod `web` in `default`.
public final class BareServer implements AutoCloseable {

    private static final String ACCOUNT = "{metadata: {name: default, namespace: default}}";
    private static final String POD =
            """
            metadata: {name: web, namespace: default}
            spec:
              nodeName: echo
              automountServiceAccountToken: false
              containers: [{name: main, image: i}]
            """;

    private final Path folder;
    private final MemoryStore store = new MemoryStore();
    private final EchoNode node = new EchoNode();
    private final ApiServer server;

    public BareServer() throws IOException {
        folder = Files.createTempDirectory("kat-bare-");
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        server.connectNodes(node);
        Transport local = server.transport(User.component("test"));
        local.create(Kinds.SERVICE_ACCOUNT, object(ACCOUNT), WriteOptions.NONE);
        local.create(Kinds.POD, object(POD), WriteOptions.NONE);
    }

    private static KubeObject object(String yaml) {
        return KubeObject.parse(kat.api.yaml.Yaml.parse(yaml).toBytes());
    }

    public ApiServer server() {
        return server;
    }

    public MemoryStore store() {
        return store;
    }

    EchoNode node() {
        return node;
    }

    /// The administrator's kubeconfig.
    public String kubeconfig() {
        return server.kubeconfig("bare", true);
    }

    /// The administrator's token.
    public String token() {
        JsonObject config = (JsonObject) Json.parse(kubeconfig().getBytes(UTF_8));
        return config.array("users").objects().getFirst().object("user").string("token");
    }

    @Override
    public void close() throws IOException {
        server.close();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
