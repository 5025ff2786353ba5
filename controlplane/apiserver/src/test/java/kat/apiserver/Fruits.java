package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.client.Transport;
import kat.client.WatchEvent;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.store.Cause;
import kat.store.MemoryStore;
import kat.store.Transaction;
import kat.store.Value;

/// What leads an API server to the [ExtensionServer] of a test.
final class Fruits {

    static final String NAME = "v1.fruits.example.com";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final KubeObject NOTHING = new KubeObject(JsonObject.EMPTY);

    private final MemoryStore store;
    private final Transport admin;
    private final ExtensionServer extension;

    Fruits(ApiServer server, MemoryStore store, ExtensionServer extension) {
        this.store = store;
        this.admin = server.transport(User.component("test"));
        this.extension = extension;
    }

    /// Returns when its group is available.
    void serve() throws InterruptedException {
        createService();
        publishEndpoints();
        register();
        JsonObject unused = awaitCondition(NAME, "Passed");
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.replace('\'', '"').getBytes(UTF_8)));
    }

    /// Stands for the endpoints controller; the API would refuse the address of this machine.
    void publishEndpoints() {
        String slice =
                """
                {"metadata":{"name":"fruits-1","namespace":"default","uid":"u",
                  "labels":{"kubernetes.io/service-name":"fruits"}},
                 "addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"]}],
                 "ports":[{"name":"","port":%d,"protocol":"TCP"}]}
                """
                        .formatted(extension.port());
        JsonObject tree = (JsonObject) Json.parse(slice.getBytes(UTF_8));
        store.commit(
                Transaction.put(
                        "/registry/endpointslices.discovery.k8s.io/default/fruits-1",
                        0,
                        Value.of(tree.toBytes()),
                        new Cause("test", 0)));
    }

    void register() {
        String json =
                """
                {'metadata':{'name':'v1.fruits.example.com'},
                 'spec':{'group':'fruits.example.com','version':'v1','groupPriorityMinimum':2000,
                   'versionPriority':200,'caBundle':'%s',
                   'service':{'name':'fruits','namespace':'default'}}}
                """
                        .formatted(extension.authority());
        admin.create(Kinds.API_SERVICE, object(json), WriteOptions.NONE);
    }

    void createService() {
        admin.create(
                Kinds.SERVICE,
                object(
                        "{'metadata':{'name':'fruits','namespace':'default'},"
                                + "'spec':{'ports':[{'port':443}]}}"),
                WriteOptions.NONE);
    }

    JsonObject awaitCondition(String name, String reason) throws InterruptedException {
        try (WatchStream watch = admin.watch(Kinds.API_SERVICE, WatchQuery.after(0))) {
            while (!watch.isOver()) {
                KubeObject service =
                        switch (watch.next(PATIENCE)) {
                            case WatchEvent.Added(KubeObject each) -> each;
                            case WatchEvent.Modified(KubeObject each) -> each;
                            case WatchEvent.Bookmark _ -> NOTHING;
                            case null, default ->
                                    throw new AssertionError(name + " never became " + reason);
                        };
                JsonArray conditions = service.status().array("conditions");
                if (service.name().equals(name)
                        && !conditions.isEmpty()
                        && conditions.objects().getFirst().string("reason").equals(reason)) {
                    return conditions.objects().getFirst();
                }
            }
        }
        throw new AssertionError("the watch ended");
    }
}
