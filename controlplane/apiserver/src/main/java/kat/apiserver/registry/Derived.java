package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import kat.store.Store;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;

/// A value made from all objects of some kinds, such as an index of them. The first who asks after
/// one of them changed makes it anew; a value that was outdated while it was made is given to who
/// made it, and not kept.
///
/// **Threads:** any; never blocks. Two may make the value at once.
public final class Derived<T> implements AutoCloseable {

    private static final int PER_POLL = 256;

    private final Store store;
    private final Supplier<T> maker;
    private final List<Follower> followers = new ArrayList<>();
    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Made<T> made;

    /// @param at how many changes were known of before it was made
    private record Made<T>(T value, long at) {}

    /// @param maker reads the objects of `sources`
    public Derived(Store store, List<Resource> sources, Supplier<T> maker) {
        this.store = store;
        this.maker = maker;
        for (Resource source : sources) {
            followers.add(new Follower(source));
        }
        followers.forEach(Follower::follow);
    }

    public T get() {
        Made<T> known = made;
        long now = changes.get();
        if (known != null && known.at() == now) {
            return known.value();
        }
        T value = maker.get();
        made = new Made<>(value, now);
        return value;
    }

    @Override
    public void close() {
        followers.forEach(Follower::close);
    }

    /// Counts the changes of one kind.
    private final class Follower {

        private final Resource source;
        private volatile Watch watch;

        Follower(Resource source) {
            this.source = source;
            this.watch = open();
        }

        private Watch open() {
            return store.watch(new WatchQuery(source.keys(""), store.revision()));
        }

        void follow() {
            while (true) {
                switch (watch.poll(PER_POLL)) {
                    case Watch.Events events -> {
                        if (events.events().isEmpty()) {
                            watch.onReady(this::wake);
                            return;
                        }
                        changes.incrementAndGet();
                    }
                    case Watch.FellBehind _ -> {
                        watch = open();
                        changes.incrementAndGet();
                    }
                    case Watch.Ended _ -> {
                        return;
                    }
                }
            }
        }

        /// Counts even before it polls, so that nobody is given a value that is outdated by now.
        private void wake() {
            changes.incrementAndGet();
            follow();
        }

        void close() {
            watch.close();
        }
    }
}
