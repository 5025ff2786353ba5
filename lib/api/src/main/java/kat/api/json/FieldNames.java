package kat.api.json;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A bounded pool of names, so that a hundred thousand objects share one `creationTimestamp`.
///
/// It is the one piece of shared state in this package and cannot be observed: a lost or missing
/// entry costs a copy of the text, never a wrong one.
///
/// **Threads:** any; entries are replaced, not locked.
final class FieldNames {

    /// A power of two, about three times the number of different field names in
    /// Kubernetes' schemas.
    private static final int SLOTS = 8192;

    private static final int LONGEST_NAME = 64;

    private static final AtomicReferenceArray<@Nullable String> POOL =
            new AtomicReferenceArray<>(SLOTS);

    private FieldNames() {}

    static String get(byte[] bytes, int start, int end, int hash) {
        if (end - start > LONGEST_NAME) {
            return new String(bytes, start, end - start, StandardCharsets.UTF_8);
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        String pooled = POOL.get(slot);
        if (pooled != null && matches(pooled, bytes, start, end)) {
            return pooled;
        }
        String fresh = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        POOL.set(slot, fresh);
        return fresh;
    }

    private static boolean matches(String text, byte[] bytes, int start, int end) {
        if (text.length() != end - start) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != bytes[start + i]) {
                return false;
            }
        }
        return true;
    }
}
