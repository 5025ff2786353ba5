package kat.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// Which of etcd's keys are the store's: those that begin with a prefix, where the store's own
/// keys begin with another one. What lies below [#KEPT] there is the store's book-keeping, which
/// readers do not see.
///
/// @param inStore how every key of the store begins; may be empty
/// @param inEtcd what stands there instead in etcd; not empty
/// @param names how what follows is called in each
public record KeySpace(String inStore, String inEtcd, KeyNames names) {

    /// Behind the prefix in etcd: keys that are not the store's own.
    static final String KEPT = "kat-store/";

    public KeySpace {
        Check.argument(!inEtcd.isEmpty(), "the keys in etcd have a prefix");
    }

    /// The key of a store's key.
    ByteString ofStore(String key) {
        if (!key.startsWith(inStore)) {
            throw new IllegalArgumentException(
                    "the key does not begin with " + inStore + ": " + key);
        }
        return ByteString.copyFrom(inEtcd + names.toEtcd(key.substring(inStore.length())), UTF_8);
    }

    /// The store's key; null for what is kept beside, and for what is none of its names.
    @Nullable String toStore(ByteString row) {
        String rest = row.toString(UTF_8).substring(inEtcd.length());
        String key = rest.startsWith(KEPT) ? null : names.toStore(rest);
        return key == null ? null : inStore + key;
    }

    /// A key for book-keeping.
    ByteString kept(String name) {
        return ByteString.copyFrom(inEtcd + KEPT + name, UTF_8);
    }

    ByteString from() {
        return ByteString.copyFrom(inEtcd, UTF_8);
    }

    /// The first key after all of them.
    ByteString to() {
        byte[] prefix = inEtcd.getBytes(UTF_8);
        prefix[prefix.length - 1]++; // no byte of UTF-8 is 0xff
        return ByteString.copyFrom(prefix);
    }
}
