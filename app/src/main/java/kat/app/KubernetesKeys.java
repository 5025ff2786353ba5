package kat.app;

import kat.api.EtcdKeys;
import kat.etcd.KeyNames;
import org.jspecify.annotations.Nullable;

/// The names of Kubernetes' keys, for a store that lies on etcd.
record KubernetesKeys(EtcdKeys keys) implements KeyNames {

    KubernetesKeys() {
        this(new EtcdKeys());
    }

    @Override
    public String toEtcd(String key) {
        return keys.toEtcd(key);
    }

    @Override
    public @Nullable String toStore(String key) {
        return keys.toStore(key);
    }
}
