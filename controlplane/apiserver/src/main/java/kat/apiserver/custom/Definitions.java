package kat.apiserver.custom;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.custom.Definition;
import kat.api.custom.DefinitionStatus;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.WatchFeed;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.base.Threads;
import kat.base.Ticker;
import kat.store.Entry;
import kat.store.Store;
import org.jspecify.annotations.Nullable;

/// Keeps the table of custom resources as the stored definitions want it.
///
/// | a definition | then |
/// |---|---|
/// | is new or renamed | its names are compared with those of its group, its status tells |
/// | has its names | its versions are served, then its status says Established |
/// | is changed | new resources take the place of the old, whose watches end |
/// | is being deleted | its objects are deleted, then it is let go |
///
/// **Threads:** one of its own makes every change; [#start] serves what is stored before it
/// returns.
///
/// **Source:** `customresource_handler.go` and the controllers of the apiextensions server.
public final class Definitions implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Definitions.class.getName());
    private static final String ACTOR = "system:apiserver";
    private static final String MANAGER = "kube-apiserver";
    private static final Duration FIRST_LOOK = Duration.ofMillis(50);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Store store;
    private final Reader reader;
    private final Writer writer;
    private final Resources resources;
    private final Cleaner cleaner;
    private final Conversions conversions;
    private final Ticker ticker;
    private final Threads.Permits woken;
    private final Resource definitions;
    private Duration look = FIRST_LOOK;
    private volatile boolean closed;
    private volatile Threads.@Nullable Running thread;

    public Definitions(
            Store store, Reader reader, Writing writing, Resources resources, Ticker ticker) {
        this.conversions = writing.conversions();
        this.store = store;
        this.reader = reader;
        this.writer = writing.writer();
        this.resources = resources;
        this.cleaner = new Cleaner(reader, writing);
        this.ticker = ticker;
        this.woken = ticker.threads().permits(0);
        this.definitions = resources.require(Kinds.CUSTOM_RESOURCE_DEFINITION);
    }

    /// Serves every stored definition, and goes on to watch for changes.
    public void start() {
        Reader.Page page = read();
        serve(page);
        WatchFeed feed = WatchFeed.open(store, definitions, "", null, page.revision());
        thread = ticker.threads().start("kat-definitions", () -> run(feed));
    }

    private Reader.Page read() {
        return reader.page(definitions, new Reader.Query("", null, 0, 0, ""));
    }

    private void run(WatchFeed first) {
        WatchFeed feed = first;
        boolean changed = true;
        try {
            while (!closed) {
                WatchFeed.Batch batch = feed.poll();
                if (batch.failure() != null && !closed) {
                    feed.close();
                    feed = WatchFeed.open(store, definitions, "", null, store.revision());
                    changed = true;
                } else if (!batch.caughtUp()) {
                    changed = true;
                } else if (changed) {
                    changed = false;
                    settleSafely();
                } else {
                    feed.onReady(woken::release);
                    woken.acquire();
                    woken.drain();
                    changed = true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            feed.close();
        }
    }

    private void settleSafely() {
        try {
            settle();
        } catch (StatusException e) {
            LOG.log(System.Logger.Level.DEBUG, "definitions not settled error={0}", e.getMessage());
            ticker.schedule(AFTER_FAILURE, woken::release);
        }
    }

    /// One look at all definitions: names first, then what is served, then what is told.
    private void settle() {
        Reader.Page page = read();
        Map<String, KubeObject> now = new HashMap<>();
        List<KubeObject> stored = new ArrayList<>();
        for (Entry entry : page.entries()) {
            KubeObject definition = definitions.object(entry);
            stored.add(definition);
            now.put(definition.name(), definition);
        }
        stored.sort(Comparator.comparing(each -> each.metadata().string("creationTimestamp")));
        for (KubeObject definition : stored) {
            now.put(definition.name(), decided(definition, now));
        }
        serve(page, now);
        for (KubeObject definition : stored) {
            KubeObject wanted = now.getOrDefault(definition.name(), definition);
            if (!wanted.tree().equals(definition.tree())) {
                tell(wanted);
            }
        }
        boolean waiting = false;
        for (KubeObject definition : stored) {
            if (definition.isDeleting() && definition.finalizers().contains(Definition.CLEANUP)) {
                waiting |= !clean(definition);
            }
        }
        lookAgain(waiting);
    }

    private KubeObject decided(KubeObject definition, Map<String, KubeObject> all) {
        List<KubeObject> others = new ArrayList<>();
        String group = definition.spec().string("group");
        for (KubeObject other : all.values()) {
            boolean same = other.name().equals(definition.name());
            if (!same && other.spec().string("group").equals(group)) {
                others.add(other);
            }
        }
        KubeObject approved = DefinitionStatus.approved(definition, ticker.now());
        KubeObject named = DefinitionStatus.named(approved, others, ticker.now());
        return DefinitionStatus.established(named, ticker.now());
    }

    private void lookAgain(boolean waiting) {
        if (!waiting) {
            look = FIRST_LOOK;
            return;
        }
        ticker.schedule(look, woken::release);
        Duration longer = look.multipliedBy(2);
        look = longer.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : longer;
    }

    /// Whether nothing is left of a definition that is being deleted.
    private boolean clean(KubeObject definition) {
        List<Resource> served = served(definition.name());
        Cleaner.Progress progress;
        try {
            progress = cleaner.clean(definition, served, ticker.now());
        } catch (StatusException e) {
            // what stands in the way of one definition is none of the others'
            progress = Cleaner.failed(definition, e, ticker.now());
        }
        tell(progress.definition());
        return progress.isDone();
    }

    private List<Resource> served(String name) {
        for (Resources.Custom custom : resources.custom()) {
            if (custom.definition().object().name().equals(name)) {
                return custom.resources();
            }
        }
        return List.of();
    }

    private void tell(KubeObject wanted) {
        WriteCall call = new WriteCall(ACTOR, wanted.revision(), MANAGER, false, "status");
        try {
            writer.update(new Writer.Target(definitions, wanted.key()), _ -> wanted, call);
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                throw e;
            }
        }
    }

    private void serve(Reader.Page page) {
        serve(page, Map.of());
    }

    /// Serves the definitions whose names are accepted.
    ///
    /// @param newer versions of some that are about to be written
    private void serve(Reader.Page page, Map<String, KubeObject> newer) {
        Map<String, Resources.Custom> before = new HashMap<>();
        resources.custom().forEach(c -> before.put(c.definition().object().name(), c));
        List<Resources.Custom> wanted = new ArrayList<>();
        for (Entry entry : page.entries()) {
            KubeObject stored = definitions.object(entry);
            KubeObject object = newer.getOrDefault(stored.name(), stored);
            if (isServed(object)) {
                Resources.Custom known = before.get(object.name());
                wanted.add(
                        known != null && isSame(known.definition().object(), object)
                                ? known
                                : custom(entry, object, known));
            }
        }
        wanted.sort(Comparator.comparing(custom -> custom.definition().group()));
        if (!wanted.equals(resources.custom())) {
            resources.define(wanted);
        }
    }

    private boolean isServed(KubeObject object) {
        boolean named =
                Definition.is(object, "NamesAccepted") || Definition.is(object, "Established");
        String plural = object.spec().object("names").string("plural");
        return named
                && !DefinitionStatus.isHeldBack(object)
                && !resources.isBuiltIn(object.spec().string("group"), plural);
    }

    private static boolean isSame(KubeObject before, KubeObject after) {
        return before.uid().equals(after.uid())
                && before.spec().equals(after.spec())
                && before.status()
                        .object("acceptedNames")
                        .equals(after.status().object("acceptedNames"))
                && Definition.is(before, "Terminating") == Definition.is(after, "Terminating");
    }

    private Resources.Custom custom(
            Entry entry, KubeObject object, Resources.@Nullable Custom known) {
        Definition definition = Definition.parse(object);
        long since = entry.modRevision();
        if (known != null) {
            KubeObject before = known.definition().object();
            boolean unchanged =
                    before.uid().equals(object.uid()) && before.spec().equals(object.spec());
            since = unchanged ? known.since() : Math.max(since, store.revision() + 1);
        }
        return new Resources.Custom(
                definition, since, Resources.of(definition, since, conversions.of(definition)));
    }

    @Override
    public void close() {
        closed = true;
        Threads.Running running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
