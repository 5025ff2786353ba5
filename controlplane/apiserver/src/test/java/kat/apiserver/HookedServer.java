package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.Cause;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;

/// A server in memory with webhooks of a test's own, and a client of the administrator.
///
/// @param hook answers at `/NAME` what it is told to
record HookedServer(Store store, ApiServer server, HttpsClient client, HttpsHook hook)
        implements AutoCloseable {

    static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";

    /// @param folder for keys; empty
    static HookedServer start(Path folder, ServerOptions options) throws Exception {
        HttpsHook hook = new HttpsHook(folder.resolve("hook"));
        Store store = new MemoryStore();
        ApiServer server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("server"))
                                .guardedBy(ServerGuards.of(options)),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        return new HookedServer(store, server, new HttpsClient(server), hook);
    }

    /// A configuration with one webhook, `NAME.example.org`, that sees new ConfigMaps.
    ///
    /// @param more members of the webhook, each with a comma before it
    String configuration(String name, String effects, String more) {
        return """
        {"metadata": {"name": "%1$s"}, "webhooks": [{
          "name": "%1$s.example.org", "clientConfig": {"url": "%2$s", "caBundle": "%3$s"},
          "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
            "operations": ["CREATE"]}],
          "sideEffects": "%4$s", "admissionReviewVersions": ["v1"]%5$s}]}
        """
                .formatted(name, hook.url("/" + name), hook.authority(), effects, more);
    }

    /// Registers it.
    void register(Kind kind, String name, String effects, String more) throws Exception {
        create(GROUP + kind.plural(), configuration(name, effects, more));
    }

    /// Puts it into the store without a look at whether it may be there.
    void leave(Kind kind, String name, String effects, String more) {
        JsonObject tree =
                (JsonObject) Json.parse(configuration(name, effects, more).getBytes(UTF_8));
        JsonObject typed = tree.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
        String key = "/registry/" + kind.plural() + "." + kind.group() + "/" + name;
        store.commit(
                Transaction.put(key, 0, Value.of(typed.toBytes()), Cause.by("an older server")));
    }

    HttpResponse<String> post(String path, String json) throws Exception {
        return client.admin("POST", path, json, "Content-Type", "application/json");
    }

    /// As [#post], for what must succeed.
    void create(String path, String json) throws Exception {
        HttpResponse<String> answer = post(path, json);
        assertEquals(201, answer.statusCode(), answer.body());
    }

    /// Sends a ConfigMap.
    ///
    /// @param query of the address; may be empty
    HttpResponse<String> send(String name, String query) throws Exception {
        return post(
                MAPS + query, "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"a\":\"1\"}}");
    }

    @Override
    public void close() {
        client.close();
        server.close();
        hook.close();
    }
}
