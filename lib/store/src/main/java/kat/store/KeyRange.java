package kat.store;

import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// The keys from `from`, included, to `to`, excluded.
///
/// @param to null for no end
public record KeyRange(String from, @Nullable String to) {

    /// Every key.
    public static KeyRange all() {
        return new KeyRange("", null);
    }

    /// One key.
    public static KeyRange key(String key) {
        return new KeyRange(key, key + '\0');
    }

    /// Every key that begins with `prefix`.
    public static KeyRange prefix(String prefix) {
        return new KeyRange(prefix, endOfPrefix(prefix));
    }

    /// The keys of this range after `key`, which lies in it: where the next page begins.
    public KeyRange after(String key) {
        Check.argument(contains(key), "the key lies in the range");
        return new KeyRange(key + '\0', to);
    }

    public boolean contains(String key) {
        return key.compareTo(from) >= 0 && (to == null || key.compareTo(to) < 0);
    }

    /// Whether each key of `other` lies in this range.
    boolean encloses(KeyRange other) {
        return other.from.compareTo(from) >= 0
                && (to == null || (other.to != null && other.to.compareTo(to) <= 0));
    }

    private static @Nullable String endOfPrefix(String prefix) {
        int last = prefix.length() - 1;
        while (last >= 0 && prefix.charAt(last) == Character.MAX_VALUE) {
            last--;
        }
        return last < 0 ? null : prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }
}
