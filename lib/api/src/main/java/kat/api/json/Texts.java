package kat.api.json;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A bounded pool of short texts that come again in many objects, so that a hundred thousand of
/// them share one `creationTimestamp` and one `IfNotPresent`.
///
/// Pools are the only shared state in this package and cannot be observed: a lost or missing entry
/// costs a copy of the text, never a wrong one.
///
/// **Threads:** any; entries are replaced, not locked.
///
/// @param <T> the form in which the texts are kept
final class Texts<T> {

    /// Longer values seldom come twice.
    static final int LONGEST_VALUE = 40; // bytes

    /// Names of members: about three times the number of different ones in Kubernetes' schemas.
    static final Texts<String> NAMES = new Texts<>(8192, 64, text -> text, text -> text);

    /// Values: the words of Kubernetes' enumerations, names of images, labels.
    static final Texts<JsonString> VALUES =
            new Texts<>(8192, LONGEST_VALUE, JsonString::new, JsonString::value);

    private final AtomicReferenceArray<@Nullable T> slots;
    private final int longest; // bytes
    private final Function<String, T> make;
    private final Function<T, String> text;

    /// @param slots a power of two
    private Texts(int slots, int longest, Function<String, T> make, Function<T, String> text) {
        this.slots = new AtomicReferenceArray<>(slots);
        this.longest = longest;
        this.make = make;
        this.text = text;
    }

    /// The text that stands in UTF-8 between two places.
    ///
    /// @param hash computed from the bytes, by the same rule at each call
    T get(byte[] bytes, int start, int end, int hash) {
        if (end - start > longest) {
            return make.apply(new String(bytes, start, end - start, StandardCharsets.UTF_8));
        }
        int slot = (hash ^ hash >>> 15) & slots.length() - 1;
        T pooled = slots.get(slot);
        if (pooled != null && matches(text.apply(pooled), bytes, start, end)) {
            return pooled;
        }
        T fresh = make.apply(new String(bytes, start, end - start, StandardCharsets.UTF_8));
        slots.set(slot, fresh);
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
