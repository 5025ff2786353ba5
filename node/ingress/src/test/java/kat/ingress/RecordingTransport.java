package kat.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.ObjectList;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.client.Written;
import kat.client.testing.ReadOnlyTransport;

/// Objects that a test puts, and the writes of who is tested.
public final class RecordingTransport implements Transport {

    private final ReadOnlyTransport objects = new ReadOnlyTransport();
    private final List<KubeObject> created = new CopyOnWriteArrayList<>();
    private final List<Patch> patches = new CopyOnWriteArrayList<>();
    private final List<Kind> watched = new CopyOnWriteArrayList<>();

    public void put(Kind kind, KubeObject object) {
        KubeObject unused = objects.put(kind, object);
    }

    public void remove(Kind kind, ObjectKey key) {
        long unused = objects.remove(kind, key);
    }

    /// `reason: message` of all Events.
    public List<String> events() {
        return created.stream()
                .map(event -> event.tree().string("reason") + ": " + event.tree().string("message"))
                .toList();
    }

    public List<Patch> patches() {
        return patches;
    }

    /// Kinds of all watches so far.
    public List<Kind> watched() {
        return watched;
    }

    @Override
    public KubeObject get(Kind kind, ObjectKey key) {
        return objects.get(kind, key);
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        return objects.list(kind, query);
    }

    @Override
    public Written create(Kind kind, KubeObject object, WriteOptions options) {
        created.add(object);
        return new Written(object, 1);
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        return new Written(object, 1);
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        patches.add(patch);
        if (kind.equals(Kinds.INGRESS) && patch.body() instanceof JsonObject body) {
            put(kind, objects.get(kind, key).withStatus(_ -> body.object("status")));
        }
        return new Written(KubeObject.parse("{}".getBytes(UTF_8)), 1);
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchStream watch(Kind kind, WatchQuery query) {
        watched.add(kind);
        return objects.watch(kind, query);
    }
}
