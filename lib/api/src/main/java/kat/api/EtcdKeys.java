package kat.api;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Keys as Kubernetes has them in etcd: objects of its own kinds lie below the plural, or below
/// what it once was; those of custom kinds below group and plural. In the store the resource
/// stands before them all, as in `deployments.apps/NAMESPACE/NAME`.
///
/// Other keys are the same in both.
///
/// **Threads:** immutable.
///
/// **Source:** `test/integration/etcd/data.go` of Kubernetes; `SpecialDefaultResourcePrefixes`
/// in `pkg/kubeapiserver/default_storage_factory_builder.go`.
public final class EtcdKeys {

    private static final Map<String, String> SPECIAL =
            Map.of(
                    "services", "services/specs",
                    "endpoints", "services/endpoints",
                    "nodes", "minions",
                    "replicationcontrollers", "controllers",
                    "ingresses.networking.k8s.io", "ingress",
                    "apiservices.apiregistration.k8s.io", "apiregistration.k8s.io/apiservices",
                    "customresourcedefinitions.apiextensions.k8s.io",
                            "apiextensions.k8s.io/customresourcedefinitions");

    private final SortedMap<String, String> ofResources = new TreeMap<>();
    private final SortedMap<String, String> ofFolders = new TreeMap<>();

    /// The keys of every built-in kind, and of whatever kinds are defined.
    public EtcdKeys() {
        for (Kind kind : Kinds.builtIn().all()) {
            String resource = kind.resource();
            String folder = SPECIAL.getOrDefault(resource, kind.plural());
            ofResources.put(resource, folder);
            // Events of two groups are the same objects, in the store below the shorter name.
            ofFolders.merge(folder, resource, EtcdKeys::shorter);
        }
    }

    private static String shorter(String one, String other) {
        return one.length() <= other.length() ? one : other;
    }

    /// Kubernetes' key, which in etcd has `/registry/` before it.
    ///
    /// @param key a key of the store, without `/registry/`
    public String toEtcd(String key) {
        String resource = parts(key, 1);
        String folder = ofResources.get(resource);
        if (folder == null) {
            int dot = resource.indexOf('.');
            folder =
                    dot < 0
                            ? resource
                            : resource.substring(dot + 1) + "/" + resource.substring(0, dot);
        }
        return folder + key.substring(resource.length());
    }

    /// The store's key of what lies in etcd under one of Kubernetes' keys.
    ///
    /// @return null for a key as earlier servers wrote it, and for what is no object's
    public @Nullable String toStore(String key) {
        for (int parts = 2; parts >= 1; parts--) {
            String folder = parts(key, parts);
            String resource = ofFolders.get(folder);
            if (resource != null) {
                return resource + key.substring(folder.length());
            }
        }
        String group = parts(key, 1);
        if (group.indexOf('.') < 0) {
            return key;
        }
        String folder = parts(key, 2);
        if (ofResources.containsKey(group) || folder.length() == key.length()) {
            return null;
        }
        return folder.substring(group.length() + 1) + "." + group + key.substring(folder.length());
    }

    /// The first parts of a key.
    private static String parts(String key, int number) {
        int end = -1;
        for (int i = 0; i < number; i++) {
            end = key.indexOf('/', end + 1);
            if (end < 0) {
                return key;
            }
        }
        return key.substring(0, end);
    }
}
