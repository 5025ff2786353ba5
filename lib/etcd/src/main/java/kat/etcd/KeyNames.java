package kat.etcd;

import org.jspecify.annotations.Nullable;

/// How keys are called in etcd, what all of them begin with aside. Each has one name in the
/// store and one in etcd.
///
/// **Threads:** any.
public interface KeyNames {

    /// The same in both.
    KeyNames SAME =
            new KeyNames() {
                @Override
                public String toEtcd(String key) {
                    return key;
                }

                @Override
                public String toStore(String key) {
                    return key;
                }
            };

    /// The name in etcd.
    String toEtcd(String key);

    /// The store's name; null for a key that no key of the store has.
    @Nullable String toStore(String key);
}
