package kat.apiserver.registry;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Check;
import kat.store.Value;

/// The bytes of an object as they lie in the store: canonical JSON with the revision of its own
/// write as resourceVersion; for built-in kinds without `apiVersion` and `kind`, which the key
/// tells.
///
/// This is the very form that items of lists have on the wire; for a single object of a built-in
/// kind the two members are put in front ([Resource]).
final class StoredForm {

    private static final byte[] METADATA =
            "metadata".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] VERSION =
            "resourceVersion".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private StoredForm() {}

    /// The value to write; the store puts the revision in.
    static Value encode(JsonObject object) {
        JsonObject unstamped = object.withAt(Json.of(""), "metadata", "resourceVersion");
        byte[] bytes = unstamped.toBytes();
        return Value.stampedAt(bytes, stampPosition(bytes), unstamped);
    }

    /// Where between the quotes of `metadata.resourceVersion` the revision goes.
    private static int stampPosition(byte[] bytes) {
        int depth = 0;
        boolean inMetadata = false;
        for (int at = 0; at < bytes.length; at++) {
            switch (bytes[at]) {
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                case '"' -> {
                    int end = endOfString(bytes, at);
                    boolean isName = bytes[end] == ':';
                    if (isName && depth == 1) {
                        inMetadata = is(bytes, at, end, METADATA);
                    } else if (isName && depth == 2 && inMetadata && is(bytes, at, end, VERSION)) {
                        return end + 2;
                    }
                    at = end - 1;
                }
                default -> {}
            }
        }
        Check.state(false, "the object has a resourceVersion");
        return -1;
    }

    /// The position behind the closing quote.
    private static int endOfString(byte[] bytes, int quote) {
        int at = quote + 1;
        while (bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static boolean is(byte[] bytes, int quote, int end, byte[] name) {
        if (end - quote - 2 != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (bytes[quote + 1 + i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
