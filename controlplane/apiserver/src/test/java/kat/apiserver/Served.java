package kat.apiserver;

import java.nio.file.Path;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;

/// A server in memory with a client that trusts it.
///
/// @param client sends as whom it is told
record Served(ApiServer server, HttpsClient client) implements AutoCloseable {

    /// @param folder for keys; empty
    static Served start(Path folder) throws Exception {
        return start(ApiServerConfig.local(folder));
    }

    static Served start(ApiServerConfig config) throws Exception {
        ApiServer server =
                new ApiServer(config, new MemoryStore(), new SystemTicker(), Randomness.system());
        server.start();
        return new Served(server, new HttpsClient(server));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
