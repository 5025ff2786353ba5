package kat.apiserver.rest;

import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import kat.api.json.JsonObject;
import kat.apiserver.actions.Actions;
import kat.apiserver.actions.Reviews;
import kat.apiserver.aggregation.Aggregation;
import kat.apiserver.audit.Auditor;
import kat.apiserver.auth.Authenticator;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.fairness.Fairness;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Handler;
import kat.apiserver.measure.AccessMetrics;
import kat.apiserver.measure.WatchMetrics;
import kat.apiserver.pace.Pace;
import kat.apiserver.registry.Deleter;
import kat.apiserver.registry.Intake;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer;
import kat.apiserver.streaming.NodeStreams;
import kat.apiserver.usage.Usage;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.base.trace.Tracer;
import kat.store.Store;
import org.jspecify.annotations.Nullable;

/// The parts of the API over HTTP, put together.
///
/// **Threads:** [#close] by the owner.
public final class RestApi implements AutoCloseable {

    private final HttpApi api;
    private final WatchEndpoint watches;
    private final Fairness fairness;

    private RestApi(HttpApi api, WatchEndpoint watches, Fairness fairness) {
        this.api = api;
        this.watches = watches;
        this.fairness = fairness;
    }

    /// What lies below.
    public record Below(
            Store store,
            Resources resources,
            Reader reader,
            Writer writer,
            Deleter deleter,
            Actions actions,
            Intake intake,
            Reviews reviews,
            NodeStreams streams,
            Usage usage,
            Aggregation aggregation,
            Pace pace) {}

    /// Who may do what.
    ///
    /// @param auditor null for no audit log
    /// @param log tells the server's log
    /// @param tracer null while nothing is traced
    public record Access(
            Authenticator authenticator,
            Authorizer authorizer,
            @Nullable Auditor auditor,
            RequestLog log,
            @Nullable Tracer tracer) {}

    /// What the server tells of itself.
    ///
    /// @param version the body of `/version`
    /// @param health what `/healthz` and its like tell
    /// @param components what ComponentStatuses tell
    /// @param metrics what `/metrics` tells; requests and fairness are added
    /// @param pages further documents, by path
    /// @param flags the options of the server, by name
    public record About(
            JsonObject version,
            Health health,
            ComponentHealth components,
            Metrics metrics,
            Map<String, Supplier<Answer>> pages,
            SortedMap<String, String> flags) {}

    public static RestApi create(
            Below below, Access access, About about, Ticker ticker, Randomness randomness) {
        Bodies bodies = new Bodies(below.intake());
        Shapes shapes = new PartialShapes(ticker);
        ObjectEndpoint.Engine engine =
                new ObjectEndpoint.Engine(
                        below.reader(),
                        below.writer(),
                        below.deleter(),
                        below.actions(),
                        below.reviews(),
                        new LeaveToCreate(access.authorizer()));
        ObjectEndpoint objects = new ObjectEndpoint(engine, bodies, shapes);
        WatchEndpoint watches =
                new WatchEndpoint(
                        new WatchEndpoint.Below(
                                below.store(), below.reader(), new WatchMetrics(about.metrics())),
                        shapes,
                        ticker,
                        randomness);
        RequestMetrics metrics = new RequestMetrics();
        about.metrics().add(metrics);
        RequestTracker tracker = new RequestTracker(ticker, metrics, access.log());
        Fairness fairness = new Fairness(below.store(), below.reader(), below.resources(), ticker);
        about.metrics().add(fairness);
        HttpApi api =
                new HttpApi(
                        below.resources(),
                        new HttpApi.Access(
                                access.authenticator(),
                                access.authorizer(),
                                new AccessMetrics(about.metrics(), ticker)),
                        objects,
                        watches,
                        new HttpApi.Others(
                                new ObjectSubresources(engine, bodies, below.streams(), ticker),
                                new ProxyEndpoint(
                                        below.resources(),
                                        below.reader(),
                                        below.streams(),
                                        below.actions(),
                                        ticker,
                                        randomness),
                                new FixedPaths(
                                        below.resources(), below.aggregation(), about, ticker),
                                new UsageEndpoint(below.usage()),
                                new ComponentEndpoint(about.components(), shapes),
                                tracker,
                                new Auditing(access.auditor()),
                                new RequestSpans(access.tracer(), randomness),
                                new Workers(fairness, below.pace(), tracker, ticker),
                                new Freshness(below.store()),
                                below.aggregation()));
        return new RestApi(api, watches, fairness);
    }

    public Handler handler() {
        return api;
    }

    public int openWatches() {
        return watches.count();
    }

    @Override
    public void close() {
        watches.close();
        fairness.close();
    }
}
