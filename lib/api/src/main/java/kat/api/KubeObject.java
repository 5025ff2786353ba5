package kat.api;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// One version of one Kubernetes object of any kind: an immutable tree with readers for what every
/// object has. Fields that no reader knows are kept.
///
/// What a component needs beyond that it parses into a record of its own, once per version, through
/// [#view]; all components of the process share the object and so the views.
///
/// **Threads:** immutable; views are computed at most once per thread that races for the first.
///
/// **Source:** API conventions, "Metadata".
public final class KubeObject {

    private final JsonObject tree;
    private final AtomicReference<@Nullable View> views = new AtomicReference<>();

    private record View(Class<?> type, Object value, @Nullable View next) {}

    public KubeObject(JsonObject tree) {
        this.tree = tree;
    }

    /// Parses stored or received bytes; bytes that hold another JSON value give an empty object.
    ///
    /// @throws kat.api.json.JsonException when they are not JSON
    public static KubeObject parse(byte[] bytes) {
        return new KubeObject(
                Json.parse(bytes) instanceof JsonObject object ? object : JsonObject.EMPTY);
    }

    public JsonObject tree() {
        return tree;
    }

    /// This version as a `T`: parsed by the first caller, shared with all others.
    public <T> T view(Class<T> type, Function<KubeObject, T> parse) {
        View first = views.get();
        T known = find(first, type);
        if (known != null) {
            return known;
        }
        T parsed = parse.apply(this);
        while (!views.compareAndSet(first, new View(type, parsed, first))) {
            first = views.get();
            known = find(first, type);
            if (known != null) {
                return known;
            }
        }
        return parsed;
    }

    private static <T> @Nullable T find(@Nullable View first, Class<T> type) {
        for (View view = first; view != null; view = view.next()) {
            if (view.type() == type) {
                return type.cast(view.value());
            }
        }
        return null;
    }

    public String apiVersion() {
        return tree.string("apiVersion");
    }

    public String kind() {
        return tree.string("kind");
    }

    public JsonObject metadata() {
        return tree.object("metadata");
    }

    public JsonObject spec() {
        return tree.object("spec");
    }

    public JsonObject status() {
        return tree.object("status");
    }

    public String name() {
        return metadata().string("name");
    }

    /// Empty for objects that are not namespaced.
    public String namespace() {
        return metadata().string("namespace");
    }

    public ObjectKey key() {
        return new ObjectKey(namespace(), name());
    }

    public String uid() {
        return metadata().string("uid");
    }

    /// Empty before the object was stored.
    public String resourceVersion() {
        return metadata().string("resourceVersion");
    }

    /// [#resourceVersion] as the store's revision; 0 before the object was stored.
    public long revision() {
        String version = resourceVersion();
        return version.isEmpty() ? 0 : Long.parseLong(version);
    }

    public long generation() {
        return metadata().integer("generation", 0);
    }

    public SequencedMap<String, String> labels() {
        return metadata().object("labels").strings();
    }

    public String label(String name) {
        return metadata().object("labels").string(name);
    }

    public SequencedMap<String, String> annotations() {
        return metadata().object("annotations").strings();
    }

    /// The annotation's value; empty when absent.
    public String annotation(String name) {
        return metadata().object("annotations").string(name);
    }

    public List<String> finalizers() {
        return metadata().array("finalizers").strings();
    }

    public List<OwnerReference> ownerReferences() {
        List<OwnerReference> owners = new ArrayList<>();
        for (JsonObject owner : metadata().array("ownerReferences").objects()) {
            owners.add(OwnerReference.parse(owner));
        }
        return owners;
    }

    /// The owner that manages this object; null when none does.
    public @Nullable OwnerReference controller() {
        for (OwnerReference owner : ownerReferences()) {
            if (owner.controller()) {
                return owner;
            }
        }
        return null;
    }

    /// Whether another object manages this one.
    public boolean isControlledBy(KubeObject owner) {
        OwnerReference controller = controller();
        return controller != null && controller.uid().equals(owner.uid());
    }

    public @Nullable Instant creationTimestamp() {
        return time("creationTimestamp");
    }

    public @Nullable Instant deletionTimestamp() {
        return time("deletionTimestamp");
    }

    public boolean isDeleting() {
        return metadata().has("deletionTimestamp");
    }

    private @Nullable Instant time(String field) {
        String text = metadata().string(field);
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }

    public KubeObject withTree(UnaryOperator<JsonObject> change) {
        JsonObject changed = change.apply(tree);
        return changed == tree ? this : new KubeObject(changed);
    }

    public KubeObject withMetadata(UnaryOperator<JsonObject> change) {
        return withTree(whole -> whole.change("metadata", change));
    }

    public KubeObject withSpec(UnaryOperator<JsonObject> change) {
        return withTree(whole -> whole.change("spec", change));
    }

    public KubeObject withStatus(UnaryOperator<JsonObject> change) {
        return withTree(whole -> whole.change("status", change));
    }

    public KubeObject withOwners(List<OwnerReference> owners) {
        List<Json> entries = new ArrayList<>();
        for (OwnerReference owner : owners) {
            entries.add(owner.toJson());
        }
        return withMetadata(
                metadata ->
                        entries.isEmpty()
                                ? metadata.without("ownerReferences")
                                : metadata.with("ownerReferences", new JsonArray(entries)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KubeObject that && tree.equals(that.tree);
    }

    @Override
    public int hashCode() {
        return tree.hashCode();
    }

    /// `Kind namespace/name`, for messages.
    @Override
    public String toString() {
        return kind() + " " + key();
    }
}
