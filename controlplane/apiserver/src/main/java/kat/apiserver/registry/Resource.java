package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.custom.CustomKind;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.apiserver.measure.StoreMetrics;
import kat.store.Entry;
import kat.store.KeyRange;
import org.jspecify.annotations.Nullable;

/// A kind as it is served: its schema, where its objects lie and which bytes go around theirs.
/// Built-in kinds and custom resources differ in where schema and [Form] come from, and in nothing
/// else.
///
/// Keys are those that Kubernetes uses in etcd but for the group, which stands behind the plural:
/// `/registry/deployments.apps/NAMESPACE/NAME`.
///
/// **Threads:** any. A changed definition gives new resources; what was begun with an old one ends
/// with it.
public final class Resource {

    private static final String ROOT = "/registry/";

    private final Kind kind;
    private final @Nullable Schema schema;
    private final @Nullable CustomKind custom;
    private final Form form;
    private final @Nullable Kind rules;
    private final String prefix;
    private final byte[] head;
    private final ResourceMachinery machinery;
    private final Set<WatchFeed> feeds = ConcurrentHashMap.newKeySet();
    private volatile boolean terminating;
    private volatile boolean retired;
    private volatile @Nullable ProtobufForm protobuf; // written before protobufKnown
    private volatile boolean protobufKnown;
    private volatile StoreMetrics.@Nullable Asked counted;

    /// @param stored names the resource in keys; two versions of one resource share it
    Resource(Kind kind, String stored, @Nullable Conversion conversion) {
        this.terminating = false;
        this.kind = kind;
        this.schema = Schemas.builtIn().of(kind);
        this.custom = null;
        this.form = conversion == null ? Form.SAME : Form.converted(conversion);
        this.rules = conversion == null ? null : conversion.rules();
        this.prefix = ROOT + stored + "/";
        this.head =
                ("{\"kind\":\"" + kind.kind() + "\",\"apiVersion\":\"" + kind.apiVersion() + "\",")
                        .getBytes(UTF_8);
        this.machinery = new ResourceMachinery(kind, schema, null);
    }

    /// One version of a custom resource.
    Resource(CustomKind custom, CustomForm form, boolean terminating) {
        this.terminating = terminating;
        this.kind = custom.kind();
        this.schema = custom.schema();
        this.custom = custom;
        this.form = form;
        this.rules = null;
        this.prefix = ROOT + kind.resource() + "/";
        this.head = new byte[] {'{'};
        this.machinery = new ResourceMachinery(kind, schema, custom);
    }

    /// Stands in the store's memo of an entry for the object in this process.
    private record Shared(KubeObject object) {}

    /// Stands there for the other version in which an entry was last served.
    private static final class Slot {
        private volatile @Nullable Converted value;
    }

    private static final class Converted {
        private final Resource owner;
        private final KubeObject object;
        private final byte[] item;

        Converted(Resource owner, KubeObject object, byte[] item) {
            this.owner = owner;
            this.object = object;
            this.item = item;
        }
    }

    public Kind kind() {
        return kind;
    }

    /// The objects as protobuf; null when they have no such form.
    public @Nullable ProtobufForm protobuf() {
        ProtobufForm known = protobuf;
        if (known == null && !protobufKnown) {
            known = ProtobufForm.of(this);
            protobuf = known;
            protobufKnown = true;
        }
        return known;
    }

    /// What counts operations of the store on its objects.
    StoreMetrics.Asked counted(StoreMetrics metrics) {
        StoreMetrics.Asked known = counted;
        if (known == null || !known.isOf(metrics)) {
            known = metrics.of(kind.group(), kind.plural());
            counted = known;
        }
        return known;
    }

    /// The kind by whose rules its objects are checked.
    Kind rules() {
        return rules == null ? kind : rules;
    }

    /// An object as these rules see it.
    KubeObject ruled(JsonObject tree) {
        return new KubeObject(
                rules == null
                        ? tree
                        : form.stored(bare(tree))
                                .with("apiVersion", rules.apiVersion())
                                .with("kind", rules.kind()));
    }

    /// The schema of its objects; null for the few built-in kinds that have none.
    public @Nullable Schema schema() {
        return schema;
    }

    /// What its definition says; null for a built-in kind.
    public @Nullable CustomKind custom() {
        return custom;
    }

    /// What is prepared once for all requests to this resource.
    ResourceMachinery machinery() {
        return machinery;
    }

    public String listKind() {
        return custom == null ? kind.listKind() : custom.listKind();
    }

    /// Further fields that selectors may name, beside those that its kind has by itself.
    public List<String> selectable() {
        return custom == null ? List.of() : custom.selectable();
    }

    /// Watches to end when this resource is served no longer, or differently.
    void watched(WatchFeed feed) {
        if (custom != null) {
            feeds.add(feed);
            if (retired) {
                feed.retire(false);
            }
        }
    }

    void unwatched(WatchFeed feed) {
        feeds.remove(feed);
    }

    /// @param toItsEnd whether watches are given what changed until now before they end
    void retire(boolean toItsEnd) {
        retired = true;
        feeds.forEach(feed -> feed.retire(toItsEnd));
    }

    /// Watches go on: they see how the objects of a definition that is deleted go.
    public void setTerminating(boolean isTerminating) {
        terminating = isTerminating;
    }

    /// Whether its definition is being deleted, so that nothing new may be created.
    boolean isTerminating() {
        return terminating;
    }

    /// Whether reading an object may wait for something outside the process.
    public boolean readsBlock() {
        return form instanceof CustomForm other && other.blocks();
    }

    /// Whether an entry is stored just as a write of today would store it.
    boolean isCurrent(Entry entry) {
        return !(form instanceof CustomForm other) || other.isStored(entry);
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

    /// Whether an entry's bytes are served as they are.
    boolean isServed(Entry entry) {
        return form.isServed(entry);
    }

    /// An entry as a list's item: without `apiVersion` and `kind` for a built-in kind.
    public byte[] item(Entry entry) {
        return form.isServed(entry) ? entry.bytes() : converted(entry).item;
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
        return form.isServed(entry)
                ? entry.view(Shared.class, e -> new Shared(read(e))).object()
                : converted(entry).object;
    }

    private Converted converted(Entry entry) {
        // Converting may ask a webhook: no lock is held meanwhile.
        Slot slot = entry.view(Slot.class, _ -> new Slot());
        Converted known = slot.value;
        if (known == null || known.owner != this) {
            known = convert(entry);
            slot.value = known;
        }
        return known;
    }

    private Converted convert(Entry entry) {
        return converted(form.served((JsonObject) Json.parse(entry.bytes())));
    }

    private Converted converted(JsonObject tree) {
        JsonObject served = typed(tree);
        return new Converted(this, new KubeObject(served), bare(served).toBytes());
    }

    /// Converts at once what of several entries has to be asked for, so that reading each waits no
    /// more.
    public void prepare(List<Entry> entries) {
        if (!(form instanceof CustomForm own) || !own.blocks()) {
            return;
        }
        List<Slot> slots = new ArrayList<>();
        List<JsonObject> stored = new ArrayList<>();
        for (Entry entry : entries) {
            if (!form.isServed(entry)) {
                Slot slot = entry.view(Slot.class, _ -> new Slot());
                Converted known = slot.value;
                if (known == null || known.owner != this) {
                    slots.add(slot);
                    stored.add((JsonObject) Json.parse(entry.bytes()));
                }
            }
        }
        List<JsonObject> served = own.served(stored);
        for (int i = 0; i < slots.size(); i++) {
            slots.get(i).value = converted(served.get(i));
        }
    }

    private KubeObject read(Entry entry) {
        JsonObject tree =
                entry.source() instanceof JsonObject written
                        ? withVersion(written, entry.modRevision())
                        : (JsonObject) Json.parse(entry.bytes());
        return new KubeObject(typed(tree));
    }

    JsonObject typed(JsonObject tree) {
        return tree.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
    }

    static JsonObject withVersion(JsonObject tree, long revision) {
        return tree.withAt(Json.of(Long.toString(revision)), "metadata", "resourceVersion");
    }

    /// A tree as it is to be stored.
    JsonObject toStored(JsonObject tree) {
        return bare(form.stored(custom == null ? tree : typed(tree)));
    }

    private JsonObject bare(JsonObject tree) {
        return custom == null ? tree.without("apiVersion").without("kind") : tree;
    }

    /// An object as its way through the stored form leaves it: that form fills in what it has.
    JsonObject normal(JsonObject tree) {
        boolean same = custom != null || form == Form.SAME;
        return same ? tree : typed(form.served(form.stored(bare(tree))));
    }

    /// An object of this version as another version of the same resource has it.
    public JsonObject converted(JsonObject tree, Resource other) {
        JsonObject stored = form.stored(custom == null ? bare(tree) : typed(tree));
        return other.typed(other.form.served(stored));
    }

    @Override
    public String toString() {
        return kind.toString();
    }
}
