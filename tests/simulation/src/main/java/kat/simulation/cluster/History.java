package kat.simulation.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import kat.api.KubeObject;
import kat.store.Entry;
import kat.store.Event;
import kat.store.KeyRange;
import kat.store.RangeQuery;
import kat.store.Store;
import kat.store.Watch;
import kat.store.WatchQuery;

/// All that was committed since the cluster began, across crashes of the server.
///
/// **Threads:** who has the turn.
public final class History {

    /// How many commits a report shows.
    private static final int SHOWN = 60;

    /// What is written without need for it, and left out of reports.
    public static final Set<String> ROUTINE = Set.of("leases.coordination.k8s.io", "events");

    private static final int PER_POLL = 1000;
    private static final String ROOT = "/registry/";

    private final Supplier<Instant> now;
    private final List<Consumer<Commit>> listeners = new ArrayList<>();
    private final Objects objects = new Objects();
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Deque<Commit> last = new ArrayDeque<>();
    private final MessageDigest digest = sha256();
    private long revision = Store.EMPTY_REVISION;
    private long count;

    public History(Supplier<Instant> now) {
        this.now = now;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Has `listener` told of every commit, in order.
    public void onCommit(Consumer<Commit> listener) {
        listeners.add(listener);
    }

    /// Takes in what was committed together.
    void committed(List<Event> events) {
        for (Event event : events) {
            take(event);
        }
    }

    /// Compares a store that was opened again with what was acknowledged, and takes in what it
    /// kept beyond that.
    ///
    /// @throws IllegalStateException when something is missing or otherwise than acknowledged
    void recovered(Store store) {
        if (store.revision() < revision) {
            throw new IllegalStateException(
                    "acknowledged revision %d, recovered %d".formatted(revision, store.revision()));
        }
        if (store.revision() > revision) {
            try (Watch watch = store.watch(new WatchQuery(KeyRange.all(), revision))) {
                while (revision < store.revision()
                        && watch.poll(PER_POLL) instanceof Watch.Events(List<Event> more, long _)
                        && !more.isEmpty()) {
                    committed(more);
                }
            }
        }
        Map<String, Entry> kept = new TreeMap<>();
        for (Entry entry : store.range(RangeQuery.latest(KeyRange.all())).entries()) {
            kept.put(entry.key(), entry);
        }
        requireSame(kept);
    }

    private void requireSame(Map<String, Entry> kept) {
        if (!kept.keySet().equals(entries.keySet())) {
            throw new IllegalStateException(
                    "acknowledged keys %s, recovered %s"
                            .formatted(entries.keySet(), kept.keySet()));
        }
        for (Entry entry : kept.values()) {
            Entry known = entries.get(entry.key());
            if (known == null
                    || known.modRevision() != entry.modRevision()
                    || !java.util.Arrays.equals(known.bytes(), entry.bytes())) {
                throw new IllegalStateException(
                        "acknowledged %s, recovered %s".formatted(known, entry));
            }
        }
    }

    private void take(Event event) {
        if (event.revision() < revision || (event.revision() == revision && count == 0)) {
            throw new IllegalStateException(
                    "revision %d after %d".formatted(event.revision(), revision));
        }
        revision = event.revision();
        count++;
        Entry entry = event.entry();
        boolean isPut = event.type() == Event.Type.PUT;
        addToDigest(entry, isPut);
        if (isPut) {
            entries.put(entry.key(), entry);
        } else {
            entries.remove(entry.key());
        }
        tell(event, entry, isPut);
    }

    private void addToDigest(Entry entry, boolean isPut) {
        String head =
                "%d %s %s %s %d\n"
                        .formatted(
                                entry.modRevision(),
                                isPut,
                                entry.key(),
                                entry.cause().actor(),
                                entry.cause().revision());
        digest.update(head.getBytes(StandardCharsets.UTF_8));
        digest.update(entry.bytes());
    }

    private void tell(Event event, Entry entry, boolean isPut) {
        Entry previous = event.previous();
        String resource = resource(entry.key());
        KubeObject after = isPut ? KubeObject.parse(entry.bytes()) : null;
        Commit commit =
                new Commit(
                        entry.modRevision(),
                        now.get(),
                        resource,
                        previous == null ? null : KubeObject.parse(previous.bytes()),
                        after,
                        entry.cause().actor(),
                        entry.cause().revision());
        if (!ROUTINE.contains(resource)) {
            last.addLast(commit);
            if (last.size() > SHOWN) {
                last.removeFirst();
            }
        }
        if (after != null) {
            objects.put(resource, after);
        } else {
            objects.remove(resource, commit.object().key());
        }
        listeners.forEach(listener -> listener.accept(commit));
    }

    private static String resource(String key) {
        return key.substring(ROOT.length(), key.indexOf('/', ROOT.length()));
    }

    /// All objects as they stand.
    public Objects objects() {
        return objects;
    }

    public long revision() {
        return revision;
    }

    /// How many changes there were.
    public long count() {
        return count;
    }

    /// Names the whole history: every byte of every change, with its actor and cause.
    public String hash() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("every JDK's SHA-256 can be copied", e);
        }
    }

    /// The last commits but for routine, the newest at the end.
    public List<Commit> last() {
        return List.copyOf(last);
    }
}
