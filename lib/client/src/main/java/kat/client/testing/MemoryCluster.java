package kat.client.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.ObjectCache;
import kat.client.Patch;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// A cluster in memory on which controllers act one after another in one thread, so that a test can
/// let it settle and look at each step. Writes follow the API's rules as far as controllers rely on
/// them: versions, uids, generated names, generation, conflict, finalizers, owner patches.
///
/// **Threads:** one.
public final class MemoryCluster implements ClusterView {

    /// A test that needs more rounds has not settled.
    private static final int MOST_ROUNDS = 500;

    /// Before the name of a list of texts some of which are to go.
    private static final String REMOVAL = "$deleteFromPrimitiveList/";

    private final Map<Kind, ObjectCache> objects = new LinkedHashMap<>();
    private final List<Change.Emit> events = new ArrayList<>();
    private final List<Controller> controllers = new ArrayList<>();
    private long revision;
    private Instant now;

    public MemoryCluster(Instant now, Controller... controllers) {
        this.now = now;
        for (Controller controller : controllers) {
            this.controllers.add(controller);
            for (Controller.Watched watched : controller.watches()) {
                cache(watched.kind()).addIndexes(watched.indexes());
            }
        }
    }

    public Instant now() {
        return now;
    }

    public void advance(Duration step) {
        now = now.plus(step);
    }

    /// The messages of all events so far, in order.
    public List<String> messages() {
        return events.stream().map(Change.Emit::message).toList();
    }

    private ObjectCache cache(Kind kind) {
        return objects.computeIfAbsent(kind, _ -> new ObjectCache());
    }

    @Override
    public @Nullable KubeObject get(Kind kind, ObjectKey key) {
        return cache(kind).get(key);
    }

    @Override
    public List<KubeObject> list(Kind kind, String namespace) {
        return cache(kind).list(namespace);
    }

    @Override
    public Collection<KubeObject> indexed(Kind kind, Index index, String value) {
        return cache(kind).indexed(index, value);
    }

    /// Reconciles every key of every controller once.
    ///
    /// @return whether something was changed
    public boolean round() {
        long before = revision;
        for (Controller controller : controllers) {
            Kind primary = controller.watches().getFirst().kind();
            for (KubeObject object : list(primary, "")) {
                run(controller.reconcile(this, object.key(), now));
            }
        }
        return revision != before;
    }

    /// Goes on until a round changes nothing.
    public void settle() {
        for (int i = 0; i < MOST_ROUNDS; i++) {
            if (!round()) {
                return;
            }
        }
        throw new IllegalStateException("not settled after " + MOST_ROUNDS + " rounds");
    }

    /// Applies a plan until a change is refused, as the plan runner does.
    public void run(Plan plan) {
        apply(plan.changes());
    }

    private void apply(List<Change> changes) {
        for (Change change : changes) {
            try {
                apply(followUp(change));
            } catch (StatusException e) {
                if (change instanceof Change.Create create) {
                    apply(create.refused().apply(e.status()));
                    KubeObject taker = cache(create.kind()).get(create.object().key());
                    var taken = create.taken();
                    if (taken != null && e.is("AlreadyExists") && taker != null) {
                        apply(taken.apply(taker));
                    }
                } else if (change instanceof Change.Update update) {
                    apply(update.refused().apply(e.status()));
                }
                return;
            }
        }
    }

    private List<Change> followUp(Change change) {
        switch (change) {
            case Change.Create create -> {
                return create.created().apply(create(create.kind(), create.object()));
            }
            case Change.Update update -> {
                return update.updated()
                        .apply(update(update.kind(), update.object(), update.subresource()));
            }
            case Change.PatchObject(var kind, var key, var patch, _) -> patch(kind, key, patch);
            case Change.Delete delete -> {
                KubeObject gone = cache(delete.kind()).get(delete.key());
                if (gone != null) {
                    delete(delete.kind(), gone);
                    return delete.deleted().apply(gone);
                }
            }
            case Change.Emit emit -> events.add(emit);
        }
        return List.of();
    }

    public KubeObject create(Kind kind, KubeObject object) {
        String name = object.name();
        String generated = object.metadata().string("generateName");
        String own = name.isEmpty() ? generated + String.format("%05d", revision + 1) : name;
        ObjectKey key = ObjectKey.of(object.namespace(), own);
        if (cache(kind).get(key) != null) {
            throw Status.alreadyExists(kind, own).asException();
        }
        String uid = "uid-" + (revision + 1);
        return store(
                kind,
                object.withMetadata(
                        metadata ->
                                metadata.with("name", own)
                                        .with("uid", uid)
                                        .with("generation", 1)
                                        .with("creationTimestamp", now.toString())));
    }

    private KubeObject store(Kind kind, KubeObject object) {
        revision++;
        KubeObject stored =
                object.withMetadata(
                        metadata -> metadata.with("resourceVersion", Long.toString(revision)));
        if (stored.isDeleting() && stored.finalizers().isEmpty() && !kind.equals(Kinds.POD)) {
            cache(kind).remove(stored.key());
        } else {
            cache(kind).put(stored);
        }
        return stored;
    }

    public KubeObject update(Kind kind, KubeObject object, String subresource) {
        KubeObject present = cache(kind).get(object.key());
        if (present == null) {
            throw Status.notFound(kind, object.name()).asException();
        }
        if (!object.resourceVersion().equals(present.resourceVersion())) {
            throw Status.modified(kind, object.name()).asException();
        }
        KubeObject next =
                subresource.equals("status") || subresource.equals("approval")
                        ? present.withStatus(_ -> object.status())
                        : object.withStatus(_ -> present.status());
        if (next.equals(present)) {
            return present;
        }
        boolean respecified = !next.spec().equals(present.spec());
        long generation = present.generation() + (respecified ? 1 : 0);
        return store(kind, next.withMetadata(metadata -> metadata.with("generation", generation)));
    }

    private void patch(Kind kind, ObjectKey key, Patch patch) {
        KubeObject present = cache(kind).get(key);
        if (present == null) {
            throw Status.notFound(kind, key.name()).asException();
        }
        JsonObject body = patch.body() instanceof JsonObject tree ? tree : JsonObject.EMPTY;
        JsonObject merged = merge(present.tree(), body);
        if (!merged.equals(present.tree())) {
            store(kind, new KubeObject(merged));
        }
    }

    /// A merge patch that also understands the removal of list entries, by uid or by value, which
    /// is what owner references and finalizers need of the strategic form.
    private static JsonObject merge(JsonObject target, JsonObject patch) {
        JsonObject merged = target;
        for (String name : patch.names()) {
            Json value = patch.object(name).isEmpty() ? patch.get(name) : patch.object(name);
            if (value == null || value.isNull()) {
                merged = merged.without(name);
            } else if (name.startsWith(REMOVAL) && value instanceof JsonArray removed) {
                String list = name.substring(REMOVAL.length());
                List<String> left = new ArrayList<>(merged.array(list).strings());
                left.removeAll(removed.strings());
                merged = merged.with(list, JsonArray.ofStrings(left));
            } else if (value instanceof JsonObject inner) {
                merged = merged.with(name, merge(merged.object(name), inner));
            } else if (name.equals("ownerReferences") && value instanceof JsonArray owners) {
                merged = merged.with(name, owners(merged.array(name), owners));
            } else {
                merged = merged.with(name, value);
            }
        }
        return merged;
    }

    private static JsonArray owners(JsonArray present, JsonArray patch) {
        List<Json> kept = new ArrayList<>();
        for (JsonObject owner : present.objects()) {
            boolean named =
                    patch.objects().stream()
                            .anyMatch(each -> each.string("uid").equals(owner.string("uid")));
            if (!named) {
                kept.add(owner);
            }
        }
        for (JsonObject owner : patch.objects()) {
            if (!owner.has("$patch")) {
                kept.add(owner);
            }
        }
        return new JsonArray(kept);
    }

    /// Deletes at once, or marks what finalizers hold.
    public void delete(Kind kind, KubeObject object) {
        if (object.finalizers().isEmpty()) {
            revision++;
            cache(kind).remove(object.key());
        } else if (!object.isDeleting()) {
            store(
                    kind,
                    object.withMetadata(
                            metadata -> metadata.with("deletionTimestamp", now.toString())));
        }
    }
}
