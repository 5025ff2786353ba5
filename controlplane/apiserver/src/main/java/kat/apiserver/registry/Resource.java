package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.store.Entry;
import kat.store.KeyRange;
import org.jspecify.annotations.Nullable;

/// A kind as it is served: where its objects lie and which bytes go around theirs.
///
/// Keys are those that Kubernetes uses in etcd but for the group, which stands behind the plural:
/// `/registry/deployments.apps/NAMESPACE/NAME`.
public final class Resource {

    private static final String ROOT = "/registry/";

    private final Kind kind;
    private final @Nullable Conversion conversion;
    private final String prefix;
    private final byte[] head;

    /// @param stored names the resource in keys; two versions of one resource share it
    Resource(Kind kind, String stored, @Nullable Conversion conversion) {
        this.kind = kind;
        this.conversion = conversion;
        this.prefix = ROOT + stored + "/";
        this.head =
                ("{\"kind\":\"" + kind.kind() + "\",\"apiVersion\":\"" + kind.apiVersion() + "\",")
                        .getBytes(UTF_8);
    }

    /// Stands in the store's memo of an entry for the object in this process.
    private record Shared(KubeObject object) {}

    /// Stands there for the bytes of the one other version that an entry is served in.
    private static final class Converted {
        private final byte[] bytes;

        Converted(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    public Kind kind() {
        return kind;
    }

    /// Whether objects are served in the form in which they are stored.
    public boolean isStoredForm() {
        return conversion == null;
    }

    public String key(ObjectKey object) {
        return kind.namespaced()
                ? prefix + object.namespace() + "/" + object.name()
                : prefix + object.name();
    }

    /// The keys of all objects, or of those in one namespace.
    ///
    /// @param namespace empty for all
    public KeyRange keys(String namespace) {
        return KeyRange.prefix(namespace.isEmpty() ? prefix : prefix + namespace + "/");
    }

    /// The part of a key behind the prefix: `NAMESPACE/NAME` or `NAME`.
    String rest(String key) {
        return key.substring(prefix.length());
    }

    String prefix() {
        return prefix;
    }

    /// An entry as a list's item: without `apiVersion` and `kind`.
    public byte[] item(Entry entry) {
        if (conversion == null) {
            return entry.bytes();
        }
        return entry.view(
                        Converted.class,
                        e -> new Converted(StoredForm.bare(object(e).tree()).toBytes()))
                .bytes;
    }

    /// An entry as a whole object.
    public byte[] whole(Entry entry) {
        return whole(item(entry));
    }

    byte[] whole(byte[] item) {
        byte[] bytes = Arrays.copyOf(head, head.length + item.length - 1);
        System.arraycopy(item, 1, bytes, head.length, item.length - 1);
        return bytes;
    }

    /// What stands in front of an item's members in a whole object.
    byte[] head() {
        return head;
    }

    /// An entry as a tree, parsed at most once and shared with all who ask in this process.
    public KubeObject object(Entry entry) {
        if (conversion == null) {
            return entry.view(Shared.class, e -> new Shared(parse(e.bytes()))).object();
        }
        JsonObject stored = (JsonObject) Json.parse(entry.bytes());
        return new KubeObject(typed(conversion.toServed().apply(stored)));
    }

    /// As [#object] for an entry that was just written from `tree`, which is spared the parser.
    KubeObject written(Entry entry, JsonObject tree) {
        if (conversion != null) {
            return object(entry);
        }
        return entry.view(
                        Shared.class,
                        e -> new Shared(new KubeObject(typed(withVersion(tree, e.modRevision())))))
                .object();
    }

    private KubeObject parse(byte[] bytes) {
        return new KubeObject(typed((JsonObject) Json.parse(bytes)));
    }

    JsonObject typed(JsonObject tree) {
        return tree.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
    }

    static JsonObject withVersion(JsonObject tree, long revision) {
        return tree.withAt(Json.of(Long.toString(revision)), "metadata", "resourceVersion");
    }

    JsonObject toStored(JsonObject tree) {
        return conversion == null ? tree : conversion.toStored().apply(tree);
    }

    @Override
    public String toString() {
        return kind.toString();
    }
}
