package kat.apiserver.custom;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.custom.Definition;
import kat.api.custom.DefinitionStatus;
import kat.api.json.JsonObject;
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
/// A definition that cannot be served, for whatever reason, is told in the log and looked at again
/// after the next change: it stands in the way of no other.
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
    private final Map<String, Long> faulty = new HashMap<>(); // by key, the revision that is told
    private Duration look = FIRST_LOOK;
    private boolean refused;
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
        serve(stored(page), Map.of());
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
            refused = true;
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(System.Logger.Level.ERROR, "definitions not settled", e);
            refused = true;
        }
        if (refused) {
            refused = false;
            ticker.schedule(AFTER_FAILURE, woken::release);
        }
    }

    /// A definition as it was read.
    private record Stored(Entry entry, KubeObject object) {

        String name() {
            return object.name();
        }

        String since() {
            return object.metadata().string("creationTimestamp");
        }
    }

    private List<Stored> stored(Reader.Page page) {
        List<Stored> found = new ArrayList<>();
        for (Entry entry : page.entries()) {
            KubeObject object = guarded(entry, () -> definitions.object(entry));
            if (object != null) {
                found.add(new Stored(entry, object));
            }
        }
        faulty.keySet().retainAll(page.entries().stream().map(Entry::key).toList());
        return found;
    }

    /// What is made of one definition; null when that fails.
    ///
    /// What is in definitions is up to who writes them. No fault of one, be it a stack that it
    /// overruns, may end the thread on which all depend, or keep it from the others.
    private <T> @Nullable T guarded(Entry entry, Supplier<T> work) {
        try {
            return work.get();
        } catch (StatusException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "definition not settled key={0} error={1}",
                    entry.key(),
                    e.getMessage());
            refused = true;
        } catch (RuntimeException | StackOverflowError e) {
            Long told = faulty.put(entry.key(), entry.modRevision());
            if (told == null || told != entry.modRevision()) {
                LOG.log(System.Logger.Level.ERROR, "definition not settled key=" + entry.key(), e);
            }
        }
        return null;
    }

    /// One look at all definitions: names first, then what is served, then what is told.
    private void settle() {
        List<Stored> stored = stored(read());
        List<Stored> byAge = new ArrayList<>(stored);
        byAge.sort(Comparator.comparing(Stored::since));
        Map<String, KubeObject> now = new HashMap<>();
        stored.forEach(each -> now.put(each.name(), each.object()));
        for (Stored each : byAge) {
            KubeObject decided = guarded(each.entry(), () -> decided(each.object(), now));
            now.put(each.name(), decided == null ? each.object() : decided);
        }
        // nobody is told that one is there which could not be served
        serve(stored, now).forEach(each -> now.put(each.name(), each.object()));
        boolean waiting = false;
        for (Stored each : byAge) {
            KubeObject wanted = now.getOrDefault(each.name(), each.object());
            waiting |= Boolean.TRUE.equals(guarded(each.entry(), () -> finish(each, wanted)));
        }
        lookAgain(waiting);
    }

    /// Tells what was decided, and deletes the objects of a definition that is being deleted.
    ///
    /// @return whether some of them are left
    private boolean finish(Stored stored, KubeObject wanted) {
        KubeObject definition = stored.object();
        if (!wanted.tree().equals(definition.tree())) {
            tell(wanted);
        }
        return definition.isDeleting()
                && definition.finalizers().contains(Definition.CLEANUP)
                && !clean(definition);
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

    /// Serves the definitions whose names are accepted.
    ///
    /// @param newer versions of some that are about to be written
    /// @return those that could not be served
    private List<Stored> serve(List<Stored> all, Map<String, KubeObject> newer) {
        List<Stored> failed = new ArrayList<>();
        Map<String, Resources.Custom> before = new HashMap<>();
        resources.custom().forEach(c -> before.put(c.definition().object().name(), c));
        List<Resources.Custom> wanted = new ArrayList<>();
        for (Stored each : all) {
            KubeObject object = newer.getOrDefault(each.name(), each.object());
            if (isServed(object)) {
                Resources.Custom known = before.get(object.name());
                Resources.Custom served =
                        known != null && isSame(known.definition().object(), object)
                                ? known
                                : guarded(each.entry(), () -> custom(each.entry(), object, known));
                if (served == null) {
                    failed.add(each);
                } else {
                    wanted.add(served);
                }
            }
        }
        wanted.sort(Comparator.comparing(custom -> custom.definition().group()));
        if (!wanted.equals(resources.custom())) {
            resources.define(wanted);
        }
        return failed;
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
                && acceptedNames(before).equals(acceptedNames(after))
                && Definition.is(before, "Terminating") == Definition.is(after, "Terminating");
    }

    private static JsonObject acceptedNames(KubeObject definition) {
        return definition.status().object("acceptedNames");
    }

    private Resources.Custom custom(
            Entry entry, KubeObject object, Resources.@Nullable Custom known) {
        Definition definition = Definition.parse(object);
        long since = entry.modRevision();
        if (known != null) {
            KubeObject before = known.definition().object();
            boolean unchanged =
                    before.uid().equals(object.uid()) && before.spec().equals(object.spec());
            if (unchanged && acceptedNames(before).equals(acceptedNames(object))) {
                boolean isTerminating = definition.is("Terminating");
                known.resources().forEach(each -> each.setTerminating(isTerminating));
                return new Resources.Custom(definition, known.since(), known.resources());
            }
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
