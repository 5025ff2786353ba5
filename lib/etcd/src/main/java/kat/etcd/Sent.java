package kat.etcd;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.store.Cause;
import kat.store.Seal;
import kat.store.SealException;
import kat.store.Value;
import org.jspecify.annotations.Nullable;

/// What this process is writing, so that the mirror need not decode what comes back: the value
/// that was sent knows what it was made from.
///
/// **Threads:** any.
final class Sent {

    private final Map<String, One> byKey = new ConcurrentHashMap<>();

    record One(ByteString stored, Value value, Cause cause) {}

    void add(String key, One one) {
        byKey.put(key, one);
    }

    void remove(String key, One one) {
        byKey.remove(key, one);
    }

    /// The value that lies in etcd as `stored`.
    ///
    /// @throws SealException when it cannot be opened
    StoredValue value(String key, ByteString stored, Seal seal) throws SealException {
        One known = find(key, stored);
        return known == null
                ? StoredValue.decode(key, stored, seal)
                : new StoredValue(known.value(), known.cause());
    }

    private @Nullable One find(String key, ByteString stored) {
        One one = byKey.get(key);
        return one != null && one.stored().equals(stored) ? one : null;
    }
}
