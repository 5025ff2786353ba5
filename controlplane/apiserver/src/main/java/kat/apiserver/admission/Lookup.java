package kat.apiserver.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.apiserver.pace.Turn;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.Deadline;
import kat.base.Threads;
import kat.base.Ticker;
import kat.store.Entry;
import kat.store.Watch;
import org.jspecify.annotations.Nullable;

/// Stored objects that plug-ins decide by.
final class Lookup {

    /// How many changes of one object are passed over at a time.
    private static final int CHANGES = 16;

    private final Reader reader;
    private final Resources resources;

    Lookup(Reader reader, Resources resources) {
        this.reader = reader;
        this.resources = resources;
    }

    /// Every kind that is served now.
    KindTable kinds() {
        return resources.kinds();
    }

    @Nullable KubeObject find(Kind kind, String namespace, String name) {
        Resource resource = resources.require(kind);
        Entry entry = reader.find(resource, new ObjectKey(namespace, name));
        return entry == null ? null : resource.object(entry);
    }

    /// As [#find], but waits for one that somebody is about to make. The turn to compute is
    /// given back meanwhile.
    ///
    /// @param longest how long it waits at most
    /// @return null when it did not come in time, or the thread was interrupted
    @Nullable KubeObject await(Kind kind, ObjectKey key, Duration longest, Ticker ticker) {
        KubeObject known = find(kind, key.namespace(), key.name());
        if (known != null) {
            return known;
        }
        Turn.waits();
        Deadline end = Deadline.in(longest, ticker);
        Threads.Permits woken = ticker.threads().permits(0);
        try (Watch changes = reader.changes(resources.require(kind), key)) {
            KubeObject found = find(kind, key.namespace(), key.name());
            while (found == null && changes.poll(CHANGES) instanceof Watch.Events) {
                changes.onReady(woken::release);
                if (!woken.tryAcquire(end.remaining(ticker))) {
                    return null;
                }
                found = find(kind, key.namespace(), key.name());
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    List<KubeObject> list(Kind kind, String namespace) {
        Resource resource = resources.require(kind);
        List<KubeObject> found = new ArrayList<>();
        for (Entry entry :
                reader.page(resource, new Reader.Query(namespace, null, 0, 0, "")).entries()) {
            found.add(resource.object(entry));
        }
        return found;
    }
}
