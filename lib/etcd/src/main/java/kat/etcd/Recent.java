package kat.etcd;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import kat.store.Event;
import org.jspecify.annotations.Nullable;

/// The events of the newest revisions, for the writers that made them.
///
/// **Threads:** one adds, any reads.
final class Recent {

    private static final int REVISIONS = 4096;

    private final AtomicReferenceArray<@Nullable Made> ring = new AtomicReferenceArray<>(REVISIONS);

    private record Made(long revision, List<Event> events) {}

    /// @param events of one revision
    void add(long revision, List<Event> events) {
        ring.set((int) (revision % REVISIONS), new Made(revision, events));
    }

    /// The events of `revision`; null when it is not known or was long ago.
    @Nullable List<Event> of(long revision) {
        Made made = ring.get((int) (revision % REVISIONS));
        return made == null || made.revision() != revision ? null : made.events();
    }
}
