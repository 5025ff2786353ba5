package kat.api.apply;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// Keeps `metadata.managedFields` of one kind's objects, and merges what is applied to them.
///
/// Kubernetes enters a writer before admission changes the object and before the kind's own rules
/// reset or fill fields; a server calls this at that point of a write.
///
/// | request | call |
/// |---|---|
/// | create | [#created] |
/// | update and patch | [#updated] |
/// | server-side apply | [#apply] |
///
/// **Threads:** any; one instance serves all requests of a kind and subresource.
///
/// **Source:** KEP-555; apimachinery's `managedfields`.
public final class FieldManager {

    /// Enters fields that were there before anything was tracked.
    static final String BEFORE_FIRST_APPLY = "before-first-apply";

    private static final String SCALE = "scale";

    /// Fields that nobody comes to own.
    private static final JsonObject NEVER_OWNED = neverOwned();

    private static final KubeObject NOTHING = new KubeObject(JsonObject.EMPTY);

    private final Kind kind;
    private final Schema schema;
    private final Shape shape;
    private final JsonObject zero;
    private final String subresource;
    private final JsonObject resetFields;
    private final ReplicaPaths replicas;

    /// @param schema of the kind
    /// @param subresource that the requests go to; empty for the object itself
    public FieldManager(Kind kind, Schema schema, String subresource) {
        this(kind, schema, subresource, Map.of());
    }

    /// @param replicas where the replicas stand in each version of a custom kind, as field
    ///     names from the root, by `apiVersion`
    public FieldManager(
            Kind kind, Schema schema, String subresource, Map<String, List<String>> replicas) {
        this.kind = kind;
        this.schema = schema;
        this.shape = Shape.of(schema);
        this.zero = ZeroObject.of(schema);
        this.subresource = subresource;
        this.resetFields = ResetFields.of(kind, subresource);
        this.replicas = ReplicaPaths.of(kind.apiVersion(), replicas);
    }

    /// A new object with its creator entered as the owner of all that it set.
    ///
    /// @param manager see [ManagerNames#of]
    public KubeObject created(KubeObject object, String manager, Instant now) {
        return update(NOTHING, object, manager, now);
    }

    /// A changed object with its writer entered as the owner of what it changed.
    ///
    /// @param live the stored version
    /// @param changed as the client wants it, with the entries that it sent, if any
    /// @return `changed` with the entries of `live` when nothing of the rest differs
    public KubeObject updated(KubeObject live, KubeObject changed, String manager, Instant now) {
        return update(live, changed, manager, now);
    }

    /// Merges an applied configuration into an object.
    ///
    /// @param live the stored version; null when there is none
    /// @param applied what the client sent, not defaulted
    /// @param force whether fields are taken from other managers
    public Applied apply(
            @Nullable KubeObject live,
            KubeObject applied,
            String manager,
            boolean force,
            Instant now) {
        Writer writer = new Writer(manager, time(now));
        return new Application(this, writer, force).run(live, applied);
    }

    /// Whether two versions differ in nothing but the times of their entries: then there is nothing
    /// to write, and the stored version stays.
    public static boolean isSameButTimes(JsonObject live, JsonObject next) {
        return withoutEntries(live).equals(withoutEntries(next))
                && withoutTimes(live).equals(withoutTimes(next));
    }

    /// Whether the entries of two versions differ, and in their times alone.
    public static boolean hasNewTimesOnly(JsonObject live, JsonObject next) {
        return !entries(live).equals(entries(next))
                && withoutTimes(live).equals(withoutTimes(next));
    }

    private static JsonArray withoutTimes(JsonObject object) {
        return entries(object)
                .map(entry -> entry instanceof JsonObject tree ? tree.without("time") : entry);
    }

    private static JsonArray entries(JsonObject object) {
        return object.object("metadata").array("managedFields");
    }

    /// Who writes, and when.
    record Writer(String manager, String time) {}

    private KubeObject update(KubeObject live, KubeObject changed, String manager, Instant now) {
        ManagedFields managed = managedOf(live, changed);
        if (managed == null) {
            return changed;
        }
        JsonObject after = withoutEntries(changed.tree());
        boolean isNew = live.uid().isEmpty();
        if (managed.isEmpty() && !isNew) {
            return new KubeObject(after);
        }
        JsonObject before = isNew ? zero : withoutEntries(live.tree());
        Writer writer = new Writer(manager, time(now));
        ManagedFields tracked = track(before, after, apart(managed), writer);
        if (tracked == null) {
            return new KubeObject(after);
        }
        ManagedFields next = together(tracked);
        return new KubeObject(
                next == managed ? withEntriesOf(live, changed, next, after) : next.putInto(after));
    }

    /// The entries after a write; `managed` itself when it changed nothing; null when items
    /// without a name leave nothing to be said of owners.
    @Nullable ManagedFields track(
            JsonObject before, JsonObject after, ManagedFields managed, Writer writer) {
        Comparison comparison =
                Comparison.of(seen(before), seen(after), shape).without(resetFields);
        if (!comparison.isNamed()) {
            return null;
        }
        if (comparison.isSame()) {
            return managed;
        }
        JsonObject written = comparison.written();
        ManagedFields others = managed.without(FieldSets.union(written, comparison.removed()));
        JsonObject own = FieldSets.difference(written, NEVER_OWNED);
        if (own.isEmpty()) {
            return others;
        }
        ManagerEntry entry = entry(writer.manager(), ManagerEntry.UPDATE, own, writer.time());
        ManagerEntry previous = others.find(entry);
        ManagerEntry joined =
                previous == null
                        ? entry
                        : entry.withFields(FieldSets.union(own, previous.fields()));
        return others.with(joined).capped();
    }

    /// The entries as a write of a scale finds them: each update that set the replicas has an
    /// entry of its own for them, and all versions name them alike.
    ManagedFields apart(ManagedFields managed) {
        return subresource.equals(SCALE)
                ? replicas.exchanged(managed).apart(replicas.field())
                : managed;
    }

    /// The entries as they are stored: each version names the replicas as it does.
    ManagedFields together(ManagedFields managed) {
        return subresource.equals(SCALE) ? replicas.exchanged(managed) : managed;
    }

    /// A scale that asks for nothing names no replicas.
    private JsonObject seen(JsonObject object) {
        return subresource.equals(SCALE) ? replicas.seen(object) : object;
    }

    ManagerEntry entry(String manager, String operation, JsonObject fields, String time) {
        // what was set through a scale carries no time
        String told = subresource.equals(SCALE) ? "" : time;
        return new ManagerEntry(manager, operation, kind.apiVersion(), subresource, told, fields);
    }

    /// The entries that a write starts from: those that the client sent, or else the stored ones;
    /// none when it cleared them; null when they cannot be used.
    private @Nullable ManagedFields managedOf(KubeObject live, KubeObject changed) {
        JsonArray stored = live.metadata().array("managedFields");
        Json sent = changed.metadata().get("managedFields");
        if (!subresource.isEmpty() || !(sent instanceof JsonArray list) || list.equals(stored)) {
            return ManagedFields.parse(stored);
        }
        if (isCleared(list)) {
            return ManagedFields.NONE;
        }
        ManagedFields fromClient = ManagedFields.parseSent(list);
        return fromClient == null || fromClient.isEmpty()
                ? ManagedFields.parse(stored)
                : fromClient;
    }

    private static boolean isCleared(JsonArray list) {
        return list.isEmpty() || (list.size() == 1 && list.get(0).equals(JsonObject.EMPTY));
    }

    /// Puts unchanged entries back, sharing the stored list where it is the same.
    private static JsonObject withEntriesOf(
            KubeObject live, KubeObject changed, ManagedFields same, JsonObject after) {
        Json stored = live.metadata().get("managedFields");
        Json sent = changed.metadata().get("managedFields");
        if (stored == null || (sent != null && !sent.equals(stored))) {
            return same.putInto(after);
        }
        return after.change("metadata", metadata -> metadata.with("managedFields", stored));
    }

    static JsonObject withoutEntries(JsonObject object) {
        return object.change("metadata", metadata -> metadata.without("managedFields"));
    }

    static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    Kind kind() {
        return kind;
    }

    Schema schema() {
        return schema;
    }

    Shape shape() {
        return shape;
    }

    JsonObject zero() {
        return zero;
    }

    JsonObject resetFields() {
        return resetFields;
    }

    static JsonObject neverOwnedFields() {
        return NEVER_OWNED;
    }

    private static JsonObject neverOwned() {
        JsonObject.Builder metadata = JsonObject.builder().put(FieldSets.SELF, JsonObject.EMPTY);
        for (String name :
                List.of(
                        "name",
                        "namespace",
                        "creationTimestamp",
                        "selfLink",
                        "uid",
                        "clusterName",
                        "generation",
                        "managedFields",
                        "resourceVersion")) {
            metadata.put("f:" + name, JsonObject.EMPTY);
        }
        return JsonObject.builder()
                .put("f:apiVersion", JsonObject.EMPTY)
                .put("f:kind", JsonObject.EMPTY)
                .put("f:metadata", metadata.build())
                .build();
    }
}
