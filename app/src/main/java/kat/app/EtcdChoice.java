package kat.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.app.ClusterConfig.ConfigException;
import kat.etcd.EtcdConfig;
import kat.etcd.KeySpace;
import kat.store.StoreConfig;
import org.jspecify.annotations.Nullable;

/// An etcd that keeps the objects of a cluster instead of the cluster's folder.
///
/// @param isChosen whether there is one, key `store`: `etcd`, default `embedded`
/// @param endpoints its members, key `etcdEndpoints`: `http://HOST:PORT` or `https://HOST:PORT`
/// @param caFile who signs their certificates, key `etcdCaFile`; empty for those the machine trusts
/// @param certFile what the server shows to them, key `etcdCertFile`; empty for nothing
/// @param keyFile the PKCS #8 key of that, key `etcdKeyFile`
/// @param prefix of the keys, key `etcdPrefix`, default `/registry`
public record EtcdChoice(
        boolean isChosen,
        List<String> endpoints,
        String caFile,
        String certFile,
        String keyFile,
        String prefix) {

    public static final String STORE = "store";
    public static final String ENDPOINTS = "etcdEndpoints";
    public static final String CA_FILE = "etcdCaFile";
    public static final String CERT_FILE = "etcdCertFile";
    public static final String KEY_FILE = "etcdKeyFile";
    public static final String PREFIX = "etcdPrefix";

    private static final String ETCD = "etcd";
    private static final String EMBEDDED = "embedded";
    private static final String REGISTRY = "/registry";

    static final List<String> KEYS =
            List.of(STORE, ENDPOINTS, CA_FILE, CERT_FILE, KEY_FILE, PREFIX);

    /// The objects lie in the cluster's folder.
    public static final EtcdChoice NONE = new EtcdChoice(false, List.of(), "", "", "", REGISTRY);

    public EtcdChoice {
        endpoints = List.copyOf(endpoints);
        for (String endpoint : endpoints) {
            ConfigException.require(
                    isEndpoint(endpoint), ENDPOINTS, endpoint, "a list of http(s)://HOST:PORT");
        }
        String chosen = isChosen ? ETCD : EMBEDDED;
        ConfigException.require(
                isChosen != endpoints.isEmpty(),
                STORE,
                chosen,
                isChosen ? "embedded without " + ENDPOINTS : "etcd with " + ENDPOINTS);
        ConfigException.require(
                certFile.isEmpty() == keyFile.isEmpty(),
                KEY_FILE,
                keyFile,
                "the key of " + CERT_FILE);
        ConfigException.require(
                prefix.startsWith("/") && prefix.length() > 1 && !prefix.endsWith("/"),
                PREFIX,
                prefix,
                "a path such as /registry");
    }

    private static boolean isEndpoint(String text) {
        try {
            URI uri = new URI(text);
            boolean isKnown = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return isKnown && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static EtcdChoice parse(JsonObject tree, EtcdChoice base) {
        String store = ClusterConfig.text(tree, STORE, base.isChosen ? ETCD : EMBEDDED);
        ConfigException.require(
                store.equals(ETCD) || store.equals(EMBEDDED), STORE, store, "embedded or etcd");
        return new EtcdChoice(
                store.equals(ETCD),
                ClusterConfig.texts(tree, ENDPOINTS, base.endpoints),
                ClusterConfig.text(tree, CA_FILE, base.caFile),
                ClusterConfig.text(tree, CERT_FILE, base.certFile),
                ClusterConfig.text(tree, KEY_FILE, base.keyFile),
                ClusterConfig.text(tree, PREFIX, base.prefix));
    }

    /// Adds what was chosen; nothing when there is no etcd.
    void addTo(JsonObject.Builder json) {
        if (isChosen) {
            json.put(STORE, ETCD)
                    .put(ENDPOINTS, JsonArray.ofStrings(endpoints))
                    .put(CA_FILE, caFile)
                    .put(CERT_FILE, certFile)
                    .put(KEY_FILE, keyFile)
                    .put(PREFIX, prefix);
        }
    }

    /// For the store.
    EtcdConfig config() {
        return new EtcdConfig(
                endpoints.stream().map(URI::create).toList(),
                new EtcdConfig.Tls(file(caFile), file(certFile), file(keyFile)),
                new KeySpace(REGISTRY + "/", prefix + "/", new KubernetesKeys()),
                EtcdConfig.Timing.defaults(),
                StoreConfig.within(Runtime.getRuntime().maxMemory()));
    }

    private static @Nullable Path file(String name) {
        return name.isEmpty() ? null : Path.of(name);
    }
}
