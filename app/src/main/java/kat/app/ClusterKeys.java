package kat.app;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.store.Cause;
import kat.store.Commit;
import kat.store.Entry;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;

/// Makes sure that all servers on one store have the same authorities and the same key for tokens.
/// The first one writes the fingerprints of its own; whoever has others does not start. The keys
/// themselves are never in the store: they are copied by hand.
final class ClusterKeys {

    private static final String KEY = "/registry/kat/cluster-keys";

    /// How keys of objects look: those of earlier versions would not be found.
    private static final String LAYOUT = "layout";

    private static final String KUBERNETES = "kubernetes";

    private ClusterKeys() {}

    /// @param pki the folder of this server's keys
    /// @throws IOException when the store belongs to a cluster with other keys
    static void require(Store store, ApiServer apiServer, Path pki) throws IOException {
        byte[] own = fingerprints(apiServer).toBytes();
        store.awaitNewest();
        Commit commit =
                store.commit(Transaction.put(KEY, 0, Value.of(own), Cause.by("system:kat")));
        if (!(commit instanceof Commit.Conflict conflict)) {
            return;
        }
        Entry there = conflict.failed().getFirst().current();
        if (there == null) {
            return;
        }
        JsonObject known = (JsonObject) Json.parse(there.bytes());
        if (!known.string(LAYOUT).equals(KUBERNETES)) {
            throw new IOException(
                    "the etcd has objects under keys of an earlier version, which this one does"
                            + " not read; choose another --etcd-prefix");
        }
        if (!known.equals(Json.parse(own))) {
            throw new IOException(
                    "the etcd belongs to a cluster with other keys; copy ca.*, front-proxy-ca.*"
                            + " and sa.* from the pki folder of a server of that cluster to "
                            + pki
                            + ", or choose another --etcd-prefix");
        }
    }

    private static JsonObject fingerprints(ApiServer apiServer) throws IOException {
        try {
            return JsonObject.builder()
                    .put("authority", hash(apiServer.pki().authority().certificate().getEncoded()))
                    .put(
                            "frontProxyAuthority",
                            hash(apiServer.pki().frontProxyAuthority().certificate().getEncoded()))
                    .put(LAYOUT, KUBERNETES)
                    .put("tokens", hash(apiServer.pki().tokenKey().getPublic().getEncoded()))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot take the fingerprints of the cluster's keys", e);
        }
    }

    private static String hash(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
