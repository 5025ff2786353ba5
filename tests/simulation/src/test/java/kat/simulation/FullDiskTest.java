package kat.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.LocalServer;
import kat.apiserver.auth.User;
import kat.apiserver.pki.Certificates;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.EmbeddedStore;
import kat.store.StoreConfig;
import kat.store.testing.FakeDisk;
import org.junit.jupiter.api.Test;

/// What clients within the process learn of a store that cannot write. (Found by seed 6: they met
/// an exception that nobody expects, and the threads that write leases and events ended.)
class FullDiskTest {

    @Test
    void refusesAWriteAsTheServersFailureAndGoesOnWhenThereIsRoom() throws IOException {
        Randomness chance = Randomness.seeded(1);
        FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-01T00:00:00Z"));
        FakeDisk disk = new FakeDisk(chance);
        EmbeddedStore store =
                EmbeddedStore.openInCallersThread(disk, StoreConfig.defaults(), ticker, chance);
        LocalServer server =
                new LocalServer(store, ticker, chance, new Certificates(ticker, chance).newKey());
        Transport transport = server.transport(User.component("test"));

        disk.failFrom(0);
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> transport.create(Kinds.NAMESPACE, namespace(), WriteOptions.NONE));
        disk.heal();
        String created =
                transport.create(Kinds.NAMESPACE, namespace(), WriteOptions.NONE).object().name();

        assertEquals(500, refused.status().code());
        assertEquals("InternalError", refused.status().reason());
        assertEquals("shop", created);
    }

    private static KubeObject namespace() {
        JsonObject metadata = JsonObject.of("name", Json.of("shop"));
        return new KubeObject(JsonObject.of("metadata", metadata));
    }
}
