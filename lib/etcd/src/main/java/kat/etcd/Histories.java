package kat.etcd;

import java.util.List;
import kat.store.CompactedException;
import kat.store.Event;
import kat.store.KeyRange;
import kat.store.Mirror;
import kat.store.Watch;
import kat.store.WatchQuery;

/// Looks a revision up in a mirror's history.
final class Histories {

    private static final int AT_ONCE = 64; // events

    private Histories() {}

    /// The events of one revision; none when it was forgotten.
    static List<Event> eventsOf(Mirror mirror, long revision) {
        try (Watch watch = mirror.watch(new WatchQuery(KeyRange.all(), revision - 1))) {
            List<Event> found = List.of();
            while (watch.poll(AT_ONCE) instanceof Watch.Events(List<Event> events, long at)) {
                List<Event> more =
                        events.stream().filter(event -> event.revision() == revision).toList();
                found = java.util.stream.Stream.concat(found.stream(), more.stream()).toList();
                if (at >= revision || events.isEmpty()) {
                    break;
                }
            }
            return found;
        } catch (CompactedException e) {
            return List.of();
        }
    }
}
