package kat.kubelet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.patch.MergePatch;
import kat.api.patch.StrategicMergePatch;
import kat.api.schema.Schemas;
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
import org.jspecify.annotations.Nullable;

/// An API that keeps what it is sent, merges patches, and checks nothing.
final class FakeApi implements Transport {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MOMENT_MILLIS = 50;

    private final ReadOnlyTransport store = new ReadOnlyTransport();
    private final Map<Kind, Map<ObjectKey, KubeObject>> objects = new HashMap<>();
    private final List<KubeObject> events = new ArrayList<>();
    private final Map<ObjectKey, Integer> created = new HashMap<>();
    private int statusWrites;
    private int tokens;
    private boolean refusesPods;
    private int refused;

    synchronized KubeObject put(Kind kind, KubeObject object) {
        KubeObject stored = store.put(kind, object);
        objects.computeIfAbsent(kind, _ -> new HashMap<>()).put(stored.key(), stored);
        notifyAll();
        return stored;
    }

    private KubeObject require(Kind kind, ObjectKey key) {
        KubeObject found = objects.getOrDefault(kind, Map.of()).get(key);
        if (found == null) {
            throw Status.notFound(kind, key.name()).asException();
        }
        return found;
    }

    private void remove(Kind kind, ObjectKey key) {
        objects.get(kind).remove(key);
        store.remove(kind, key);
        notifyAll();
    }

    synchronized void deleteGracefully(KubeObject pod, long seconds) {
        put(
                Kinds.POD,
                require(Kinds.POD, pod.key())
                        .withMetadata(
                                m ->
                                        m.with("deletionTimestamp", Fixtures.NOW.toString())
                                                .with("deletionGracePeriodSeconds", seconds)));
    }

    /// Whether changes of pods fail from now on.
    synchronized void refusePods(boolean refuses) {
        refusesPods = refuses;
    }

    /// How many changes of pods have failed.
    synchronized int refused() {
        return refused;
    }

    synchronized int statusWrites() {
        return statusWrites;
    }

    /// Another text each time.
    private synchronized String token() {
        tokens++;
        notifyAll();
        return tokens == 1 ? "secret-token" : "secret-token-" + tokens;
    }

    /// Waits until so many tokens were asked for.
    synchronized void awaitTokens(int count) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (tokens < count) {
            pause(end, tokens + " tokens were asked for, not " + count);
        }
    }

    /// The pod once it is as wanted.
    synchronized KubeObject await(String name, Predicate<KubeObject> wanted)
            throws InterruptedException {
        return await(Kinds.POD, ObjectKey.of("default", name), wanted);
    }

    /// The object once it is as wanted.
    synchronized KubeObject await(Kind kind, ObjectKey key, Predicate<KubeObject> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            KubeObject object = objects.getOrDefault(kind, Map.of()).get(key);
            if (object != null && wanted.test(object)) {
                return object;
            }
            String last = object == null ? "" : object.tree().toString();
            pause(end, key + " never became as wanted: " + last);
        }
    }

    /// Waits a moment for the next write, whatever it is.
    synchronized void awaitWrite() throws InterruptedException {
        TimeUnit.MILLISECONDS.timedWait(this, MOMENT_MILLIS);
    }

    /// The object as it stands; null when there is none.
    synchronized @Nullable KubeObject find(Kind kind, ObjectKey key) {
        return objects.getOrDefault(kind, Map.of()).get(key);
    }

    synchronized void awaitGone(String name) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (objects.get(Kinds.POD).containsKey(ObjectKey.of("default", name))) {
            pause(end, name + " was never deleted");
        }
    }

    void awaitEvent(String reason, String message) throws InterruptedException {
        awaitEvent(reason, event -> event.tree().string("message").equals(message));
    }

    synchronized void awaitEvent(String reason, Predicate<KubeObject> is)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (events.stream()
                .noneMatch(
                        event -> event.tree().string("reason").equals(reason) && is.test(event))) {
            pause(end, "no event " + reason + " among " + events);
        }
    }

    private void pause(long end, String sentence) throws InterruptedException {
        long left = end - System.nanoTime();
        if (left <= 0) {
            throw new AssertionError(sentence);
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
    }

    @Override
    public synchronized KubeObject get(Kind kind, ObjectKey key) {
        return require(kind, key);
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        return store.list(kind, query);
    }

    @Override
    public WatchStream watch(Kind kind, WatchQuery query) {
        return store.watch(kind, query);
    }

    @Override
    public synchronized Written create(Kind kind, KubeObject object, WriteOptions options) {
        if (kind.equals(Kinds.EVENT)) {
            events.add(object);
            notifyAll();
        }
        if (options.subresource().equals("token")) {
            JsonObject status =
                    JsonObject.of(
                            "token",
                            Json.of(token()),
                            "expirationTimestamp",
                            Json.of(Fixtures.NOW.plusSeconds(3600).toString()));
            return new Written(object.withStatus(_ -> status), 0);
        }
        int before = created.merge(object.key(), 1, Integer::sum);
        String uid = object.name() + (before == 1 ? "" : "-" + before);
        KubeObject stored = put(kind, object.withMetadata(m -> m.with("uid", uid)));
        return new Written(stored, stored.revision());
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        throw new UnsupportedOperationException("nobody updates");
    }

    @Override
    public synchronized Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        JsonObject before = require(kind, key).tree();
        if (kind.equals(Kinds.POD)) {
            if (refusesPods) {
                refused++;
                notifyAll();
                throw Status.internalError("not now").asException();
            }
            statusWrites++;
        }
        JsonObject after =
                patch.mediaType().equals(Patch.MERGE)
                        ? MergePatch.apply(before, patch.body())
                        : StrategicMergePatch.apply(
                                before,
                                patch.body(),
                                Objects.requireNonNull(Schemas.builtIn().of(kind)));
        return new Written(put(kind, new KubeObject(after)), 0);
    }

    @Override
    public synchronized Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        KubeObject last = require(kind, key);
        remove(kind, key);
        return new Written(last, 0);
    }
}
