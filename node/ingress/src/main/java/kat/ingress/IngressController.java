package kat.ingress;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.metrics.Exposition;
import kat.base.metrics.Source;
import kat.client.EventRecorder;
import kat.client.Index;
import kat.client.Informer;
import kat.client.Informers;
import kat.client.Transport;
import kat.ingress.proxy.FrontEnd;
import kat.ingress.proxy.Metrics;
import kat.ingress.route.Certificate;
import kat.ingress.route.Classes;
import kat.ingress.route.Problem;
import kat.ingress.route.Resolved;
import kat.ingress.route.RouteCompiler;
import kat.ingress.route.Routing;
import kat.ingress.route.World;
import org.jspecify.annotations.Nullable;

/// Keeps the front end's table as Ingress objects and what they name want it.
///
/// Handlers of informers wake one thread, which makes the whole table anew and installs it. Until
/// the first Ingress of KAT's classes appears, only Ingress and IngressClass objects are watched
/// and nothing listens; after the last one is gone, nothing listens again.
///
/// **Threads:** [#start] and [#close] by the owner.
public final class IngressController implements AutoCloseable, Source {

    private static final Logger LOG = System.getLogger("kat.ingress");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final Index BY_SERVICE =
            new Index("ingress-service", slice -> List.of(service(slice).toString()));

    private final IngressConfig config;
    private final Informers informers;
    private final Supplier<Certificate> fallback;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Threads.Permits wake;
    private final EventRecorder events;
    private final Reports reports;
    private final NamedObjects secrets;
    private final NamedObjects configMaps;
    private final OutsideNames names;
    private final Metrics metrics = new Metrics();
    private final Seen seen = new Seen();
    private final Threads.Permits installed;
    private final Threads.Permits looked;
    private final AtomicLong changes = new AtomicLong(); // of Services and EndpointSlices
    private Threads.@Nullable Running thread;
    private volatile @Nullable Listening listening;
    private volatile Routing routing = Routing.EMPTY;
    private @Nullable FrontEnd front; // of the thread
    private boolean watchesServices; // of the thread
    private volatile boolean closed;

    /// @param transport the API as Ingress sees it, for Secrets by name and for writes
    /// @param fallback makes the certificate of hosts without a Secret
    public IngressController(
            IngressConfig config,
            Transport transport,
            Informers informers,
            Supplier<Certificate> fallback,
            Ticker ticker,
            Randomness randomness) {
        this(config, transport, informers, fallback, new SystemResolver(), ticker, randomness);
    }

    IngressController(
            IngressConfig config,
            Transport transport,
            Informers informers,
            Supplier<Certificate> fallback,
            Resolver resolver,
            Ticker ticker,
            Randomness randomness) {
        this.config = config;
        this.informers = informers;
        this.fallback = fallback;
        this.ticker = ticker;
        this.randomness = randomness;
        this.wake = ticker.threads().permits(0);
        this.installed = ticker.threads().permits(0);
        this.looked = ticker.threads().permits(0);
        this.events = new EventRecorder(transport, ticker, Reports.COMPONENT, "");
        this.reports = new Reports(transport, events);
        this.secrets = new NamedObjects(transport, Kinds.SECRET, ticker, this::note);
        this.configMaps = new NamedObjects(transport, Kinds.CONFIG_MAP, ticker, this::note);
        this.names = new OutsideNames(resolver, ticker, this::note);
    }

    /// Begins to watch.
    public void start() {
        events.start();
        informers.informer(Kinds.INGRESS).addHandler((_, _) -> note());
        informers.informer(Kinds.INGRESS_CLASS).addHandler((_, _) -> note());
        thread = ticker.threads().start("ingress", this::run);
    }

    /// What was counted; nothing while nothing was served.
    @Override
    public void tell(Exposition to) {
        metrics.tell(to);
    }

    /// The port of HTTP; 0 while nothing is served.
    public int httpPort() {
        Listening now = listening;
        return now == null ? 0 : now.http();
    }

    /// The port of HTTPS; 0 while nothing is served.
    public int httpsPort() {
        Listening now = listening;
        return now == null ? 0 : now.https();
    }

    /// Waits for the next table to be installed.
    ///
    /// @return whether one was before the time was over
    public boolean awaitInstalled(Duration timeout) throws InterruptedException {
        return installed.tryAcquire(timeout);
    }

    /// Waits until what was there at the start is served, or nothing was. For one waiter.
    ///
    /// @return whether that was so before the time was over
    public boolean awaitFirstLook(Duration timeout) throws InterruptedException {
        return looked.tryAcquire(timeout);
    }

    @Override
    public void close() {
        closed = true;
        Threads.Running running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        events.close();
    }

    private void note() {
        wake.release();
    }

    private void run() {
        try {
            awaitSynced(Kinds.INGRESS);
            awaitSynced(Kinds.INGRESS_CLASS);
            while (!closed) {
                wake.drain();
                boolean listens = follow();
                looked.drain();
                looked.release();
                if (listens) {
                    wake.acquire();
                } else {
                    boolean unused = wake.tryAcquire(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopServing();
            secrets.close();
            configMaps.close();
            names.close();
        }
    }

    private void awaitSynced(Kind kind) throws InterruptedException {
        while (!informers.informer(kind).awaitSynced(PATIENCE)) {
            LOG.log(Level.WARNING, "still waiting for a list kind={0}", kind);
        }
    }

    /// Does what the objects want now.
    ///
    /// @return whether it could listen, where that is wanted
    private boolean follow() throws InterruptedException {
        if (!Classes.isAnyOurs(seen.ingresses(), seen.classes())) {
            routing = Routing.EMPTY;
            boolean unusedSecrets = secrets.watch(Set.of());
            boolean unusedMaps = configMaps.watch(Set.of());
            boolean unusedNames = names.watch(Set.of());
            stopServing();
            return true;
        }
        watchServices();
        long before = changes.get();
        Routing made = RouteCompiler.compile(seen);
        boolean more = secrets.watch(made.secrets());
        more |= configMaps.watch(made.configMaps());
        if (more) {
            secrets.awaitSynced(SHORT_PATIENCE);
            configMaps.awaitSynced(SHORT_PATIENCE);
            made = RouteCompiler.compile(seen);
        }
        boolean isFirst = front == null;
        if (names.watch(made.names()) && isFirst) {
            // Later tables do not: others' routes must not wait for a name of nobody's.
            names.awaitKnown(SHORT_PATIENCE);
            made = RouteCompiler.compile(seen);
        }
        routing = made;
        if (changes.get() != before) {
            // It may be of a Service that the table before did not name.
            note();
        }
        return serve(made);
    }

    private void watchServices() throws InterruptedException {
        if (watchesServices) {
            return;
        }
        watchesServices = true;
        Informer services = informers.informer(Kinds.SERVICE);
        Informer slices = informers.informer(Kinds.ENDPOINT_SLICE, BY_SERVICE);
        awaitSynced(Kinds.SERVICE);
        awaitSynced(Kinds.ENDPOINT_SLICE);
        services.addHandler((before, after) -> noteService(either(before, after).key()));
        slices.addHandler((before, after) -> noteService(service(either(before, after))));
    }

    private static KubeObject either(@Nullable KubeObject before, @Nullable KubeObject after) {
        return Check.notNull(after == null ? before : after, "a change has an object");
    }

    private void noteService(ObjectKey service) {
        long unused = changes.incrementAndGet();
        if (routing.services().contains(service)) {
            note();
        }
    }

    private static ObjectKey service(KubeObject slice) {
        return ObjectKey.of(slice.namespace(), slice.label(SERVICE_NAME));
    }

    private boolean serve(Routing made) {
        Listening where = listen(made);
        FrontEnd serving = front;
        if (where == null || serving == null) {
            return false;
        }
        Map<String, String> faults =
                serving.install(made.table(), made.certificates(), where.https());
        installed.drain();
        installed.release();
        TreeSet<String> uids = new TreeSet<>();
        for (ObjectKey key : made.ours()) {
            KubeObject ingress = informers.get(Kinds.INGRESS, key);
            if (ingress != null) {
                uids.add(ingress.uid());
                List<Problem> problems =
                        new ArrayList<>(made.problems().getOrDefault(key, List.of()));
                faults.forEach((source, fault) -> addFault(ingress, problems, source, fault));
                reports.tell(ingress, problems);
                reports.writeStatus(ingress, config.hosts(), where);
            }
        }
        reports.keepOnly(uids);
        return true;
    }

    private static void addFault(
            KubeObject ingress, List<Problem> problems, String source, String fault) {
        if (source.startsWith(ingress.namespace() + "/")) {
            problems.add(new Problem("InvalidCertificate", fault));
        }
    }

    /// Listens unless it does already; null when it cannot.
    private @Nullable Listening listen(Routing made) {
        Listening known = listening;
        if (known != null) {
            return known;
        }
        FrontEnd opened = new FrontEnd(config.front(), fallback, metrics, ticker, randomness);
        try {
            Listening where = Listening.open(opened, config);
            front = opened;
            listening = where;
            LOG.log(Level.INFO, "ingress listens urls={0}", where.urls(config.hosts().getFirst()));
            return where;
        } catch (IOException e) {
            opened.close();
            String message = e.getMessage() + "; will try again, or choose another port";
            LOG.log(Level.WARNING, "ingress cannot listen error={0}", e.getMessage());
            for (ObjectKey key : made.ours()) {
                KubeObject ingress = informers.get(Kinds.INGRESS, key);
                if (ingress != null) {
                    reports.tell(ingress, List.of(new Problem("CannotListen", message)));
                }
            }
            return null;
        }
    }

    private void stopServing() {
        FrontEnd serving = front;
        front = null;
        listening = null;
        if (serving != null) {
            serving.close();
            LOG.log(Level.INFO, "ingress listens no longer");
        }
    }

    /// The objects as the informers know them.
    private final class Seen implements World {

        @Override
        public List<KubeObject> ingresses() {
            return informers.list(Kinds.INGRESS, "");
        }

        @Override
        public List<KubeObject> classes() {
            return informers.list(Kinds.INGRESS_CLASS, "");
        }

        @Override
        public @Nullable KubeObject service(ObjectKey key) {
            return informers.get(Kinds.SERVICE, key);
        }

        @Override
        public Collection<KubeObject> slices(ObjectKey service) {
            return informers.indexed(Kinds.ENDPOINT_SLICE, BY_SERVICE, service.toString());
        }

        @Override
        public @Nullable KubeObject secret(ObjectKey key) {
            return secrets.get(key);
        }

        @Override
        public @Nullable KubeObject configMap(ObjectKey key) {
            return configMaps.get(key);
        }

        @Override
        public @Nullable Resolved resolved(String name) {
            return names.get(name);
        }
    }
}
