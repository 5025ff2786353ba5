package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.measure.StoreMetrics;
import kat.apiserver.pace.Turn;
import kat.base.trace.Span;
import kat.store.CompactedException;
import kat.store.Entry;
import kat.store.FutureRevisionException;
import kat.store.KeyRange;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Store;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;

/// Reads objects: one, or many at one revision.
///
/// **Threads:** any; never blocks.
public final class Reader {

    /// Of how many ranges the size is remembered.
    private static final int MOST_SIZES = 4096;

    /// Fewer entries of many do not change what is known of how large one is: which they are is
    /// for one client to choose.
    static final int LEAST_SAMPLE = 100;

    /// How many keys are looked at to guess what was never listed.
    static final int PEEK = 1000;

    /// How many entries are taken to be there when there are more than [#PEEK]: enough for a list
    /// of them to cost the most.
    private static final long MANY = 1_000_000;

    private final Store store;
    private final StoreMetrics metrics;
    private final Map<String, Size> sizes = new ConcurrentHashMap<>();

    /// How much there was when it was listed last, or is likely to be.
    ///
    /// @param bytes of all entries, as they are stored; guessed from those that were read
    public record Size(long entries, long bytes) {
        static final Size UNKNOWN = new Size(0, 0);

        private double average() {
            return bytes / (double) entries;
        }
    }

    /// One whose reads are counted for nobody.
    public Reader(Store store) {
        this(store, StoreMetrics.unseen());
    }

    /// @param metrics counts what is read
    public Reader(Store store, StoreMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
    }

    /// Which objects a list is of.
    ///
    /// @param namespace empty for all
    /// @param filter null for all; otherwise asked for each object
    /// @param limit 0 for all
    /// @param revision 0 for the newest
    /// @param startKey the key to begin with, behind the prefix of what is listed; empty for
    ///     the first
    public record Query(
            String namespace,
            @Nullable Predicate<KubeObject> filter,
            int limit,
            long revision,
            String startKey) {}

    /// One page of a list.
    ///
    /// @param next where the next page begins; empty when this is the last
    /// @param remaining how many follow; -1 when not known
    public record Page(List<Entry> entries, long revision, String next, long remaining) {}

    public long revision() {
        return store.revision();
    }

    /// Null when there is none.
    public @Nullable Entry find(Resource resource, ObjectKey key) {
        long since = metrics.now();
        try (Span span = Span.start("cacher.Get")) {
            String at = resource.key(key);
            span.put("key", at);
            Entry entry = store.get(at);
            resource.counted(metrics).done(StoreMetrics.Operation.GET, since);
            return entry;
        }
    }

    /// The changes of one object from now on; whoever asks closes it.
    public Watch changes(Resource resource, ObjectKey key) {
        KeyRange one = KeyRange.key(resource.key(key));
        return store.watch(new WatchQuery(one, store.revision()));
    }

    /// @throws StatusException with reason NotFound
    public Entry require(Resource resource, ObjectKey key) {
        Entry entry = find(resource, key);
        if (entry == null) {
            throw Status.notFound(resource.kind(), key.name()).asException();
        }
        return entry;
    }

    /// One page.
    ///
    /// @throws StatusException with reason Expired or Timeout when the revision cannot be read
    public Page page(Resource resource, Query query) {
        KeyRange keys = resource.keys(query.namespace());
        if (!query.startKey().isEmpty()) {
            // Behind the list's own prefix: a token made up by a client leads nowhere else.
            keys = new KeyRange(keys.from() + query.startKey(), keys.to());
        }
        long since = metrics.now();
        try (Span span = Span.start("cacher.GetList")) {
            span.put("resource", resource.kind().plural());
            span.put("group", resource.kind().group());
            Page page =
                    query.filter() == null
                            ? unfiltered(resource, keys, query)
                            : filtered(resource, keys, query, query.filter());
            StoreMetrics.Asked counted = resource.counted(metrics);
            counted.done(StoreMetrics.Operation.LIST, since);
            counted.listed(page.entries().size());
            span.put("count", page.entries().size());
            return page;
        } catch (CompactedException e) {
            throw ListFailures.expired(query.startKey().isEmpty()).asException();
        } catch (FutureRevisionException e) {
            throw ListFailures.tooLarge(query.revision(), store.revision()).asException();
        }
    }

    /// How much the last list of a resource in a namespace went through. What was not listed yet
    /// is guessed from its first entries, and taken for large when there are more.
    public Size seen(Resource resource, String namespace) {
        KeyRange keys = resource.keys(namespace);
        Size known = sizes.get(keys.from());
        if (known != null) {
            return known;
        }
        Range first = store.peek(keys, PEEK);
        long all = first.more() ? MANY : first.entries().size();
        return new Size(all, (long) (average(first.entries()) * all));
    }

    /// @param more how many entries were not read
    private void remember(KeyRange keys, List<Entry> read, long more) {
        if (sizes.size() >= MOST_SIZES) {
            sizes.clear();
        }
        long all = read.size() + more;
        Size known = sizes.getOrDefault(keys.from(), Size.UNKNOWN);
        boolean isSample = more == 0 || read.size() >= LEAST_SAMPLE;
        double each = isSample || known.entries() == 0 ? average(read) : known.average();
        sizes.put(keys.from(), new Size(all, (long) (each * all)));
    }

    private static double average(List<Entry> read) {
        long bytes = 0;
        for (Entry entry : read) {
            bytes += entry.bytes().length;
        }
        return bytes / (double) Math.max(1, read.size());
    }

    private Page unfiltered(Resource resource, KeyRange keys, Query query) {
        Range range = store.range(new RangeQuery(keys, query.revision(), query.limit()));
        if (query.startKey().isEmpty()) {
            remember(keys, range.entries(), range.remaining());
        }
        String next = range.more() ? next(resource, query, range.entries().getLast()) : "";
        resource.prepare(range.entries());
        return new Page(range.entries(), range.revision(), next, range.remaining());
    }

    private static String next(Resource resource, Query query, Entry last) {
        return last.key().substring(resource.keys(query.namespace()).from().length()) + '\0';
    }

    private Page filtered(
            Resource resource, KeyRange keys, Query query, Predicate<KubeObject> filter) {
        Range range = store.range(new RangeQuery(keys, query.revision(), 0));
        if (query.startKey().isEmpty()) {
            remember(keys, range.entries(), 0);
        }
        List<Entry> found = new ArrayList<>();
        int done = 0;
        resource.prepare(range.entries());
        for (Entry entry : range.entries()) {
            Turn.loops(done++);
            if (query.limit() > 0 && found.size() == query.limit()) {
                // whether one of the rest fits is for the next page to tell
                String next = next(resource, query, found.getLast());
                return new Page(found, range.revision(), next, -1);
            }
            if (filter.test(resource.object(entry))) {
                found.add(entry);
            }
        }
        return new Page(found, range.revision(), "", 0);
    }
}
