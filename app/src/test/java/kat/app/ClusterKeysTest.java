package kat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.Cause;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterKeysTest {

    @TempDir private Path folder;

    private ApiServer server(String name, Store store) throws IOException {
        return new ApiServer(
                ApiServerConfig.local(folder.resolve(name)),
                store,
                new SystemTicker(),
                Randomness.system());
    }

    @Test
    void aServerWithTheSameKeysMayJoinAndNoOther() throws Exception {
        Store store = new MemoryStore();
        try (ApiServer first = server("one", store);
                ApiServer again = server("one", store);
                ApiServer other = server("two", store)) {
            ClusterKeys.require(store, first, folder);

            assertDoesNotThrow(() -> ClusterKeys.require(store, again, folder));
            IOException refused =
                    assertThrows(
                            IOException.class, () -> ClusterKeys.require(store, other, folder));
            assertTrue(refused.getMessage().contains("other keys"), refused::getMessage);
        }
    }

    @Test
    void aStoreThatAnEarlierVersionWroteIsLeftAlone() throws Exception {
        Store store = new MemoryStore();
        Value earlier = Value.of("{\"authority\":\"a\"}".getBytes(UTF_8));
        var unused =
                store.commit(
                        Transaction.put(
                                "/registry/kat/cluster-keys", 0, earlier, Cause.by("system:kat")));
        try (ApiServer server = server("one", store)) {
            IOException refused =
                    assertThrows(
                            IOException.class, () -> ClusterKeys.require(store, server, folder));

            assertTrue(refused.getMessage().contains("earlier version"), refused::getMessage);
        }
    }
}
