package kat.apiserver.rest;

import java.util.List;
import java.util.Set;
import kat.api.Kinds;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonString;
import kat.apiserver.actions.Reviews;
import kat.apiserver.aggregation.Aggregation;
import kat.apiserver.aggregation.RemoteGroups;
import kat.apiserver.aggregation.Route;
import kat.apiserver.audit.AuditRecord;
import kat.apiserver.auth.Authenticator;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.ImpersonationModes;
import kat.apiserver.auth.Login;
import kat.apiserver.auth.User;
import kat.apiserver.fairness.Flow;
import kat.apiserver.fairness.Work;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Handler;
import kat.apiserver.http.Request;
import kat.apiserver.measure.AccessMetrics;
import kat.apiserver.measure.AccessMetrics.Decided;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.StoreFailures;
import kat.base.trace.Span;
import kat.store.StoreException;
import org.jspecify.annotations.Nullable;

/// Takes each request from its bytes to its answer.
///
/// ```
/// path → who → may they → which kind → (event loop: get, watch | virtual thread: the rest)
/// ```
///
/// **Threads:** called on event loops. What only reads memory and answers little is done there;
/// everything else gets a virtual thread of its own, bounded in number.
public final class HttpApi implements Handler {

    private final Resources resources;
    private final Aggregation aggregation;
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");

    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final AccessMetrics accessed;
    private final ImpersonationModes impersonation;
    private final ObjectEndpoint objects;
    private final WatchEndpoint watches;
    private final Subresources subresources;
    private final ProxyEndpoint proxies;
    private final Paths paths;
    private final UsageEndpoint usage;
    private final ComponentEndpoint components;
    private final RequestTracker tracker;
    private final Auditing auditing;
    private final RequestSpans spans;
    private final Workers workers;
    private final Freshness freshness;

    HttpApi(
            Resources resources,
            Access access,
            ObjectEndpoint objects,
            WatchEndpoint watches,
            Others others) {
        this.resources = resources;
        this.aggregation = others.aggregation();
        this.authenticator = access.authenticator();
        this.authorizer = access.authorizer();
        this.accessed = access.metrics();
        this.impersonation = new ImpersonationModes(authorizer);
        this.objects = objects;
        this.watches = watches;
        this.subresources = others.subresources();
        this.proxies = others.proxies();
        this.paths = others.paths();
        this.usage = others.usage();
        this.components = others.components();
        this.tracker = others.tracker();
        this.auditing = others.auditing();
        this.spans = others.spans();
        this.workers = others.workers();
        this.freshness = others.freshness();
    }

    record Access(Authenticator authenticator, Authorizer authorizer, AccessMetrics metrics) {}

    record Others(
            Subresources subresources,
            ProxyEndpoint proxies,
            Paths paths,
            UsageEndpoint usage,
            ComponentEndpoint components,
            RequestTracker tracker,
            Auditing auditing,
            RequestSpans spans,
            Workers workers,
            Freshness freshness,
            Aggregation aggregation) {}

    @Override
    public void handle(Exchange from) {
        Tracked exchange = tracker.begin(from);
        boolean waits = freshness.isWanted(exchange.request());
        if (waits
                || authorizer.mayBlock()
                || authenticator.mayWait(new RequestCredentials(exchange.request()))) {
            Thread.ofVirtual().name("kat-api-begin").start(() -> answer(exchange, waits));
        } else {
            answer(exchange, false);
        }
    }

    /// @param waits for what was acknowledged before the request came
    private void answer(Tracked exchange, boolean waits) {
        try {
            if (waits) {
                freshness.await();
            }
            begin(exchange);
        } catch (StoreException e) {
            exchange.send(Answers.status(StoreFailures.status(e), exchange.request()));
        } catch (StatusException e) {
            exchange.refuse(e.status(), List.of());
        } catch (Undecided e) {
            String uri = new JsonString(uri(exchange.request())).toString();
            String text = "Internal Server Error: " + uri + ": " + e.getMessage();
            exchange.send(Answers.text(500, text + "\n").with("x-content-type-options", "nosniff"));
        } catch (RuntimeException | Error e) {
            Workers.failed(exchange, e);
        }
    }

    /// What a request wants, or whether it may be made, could not be told.
    private static final class Undecided extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Undecided(String why) {
            super(why);
        }
    }

    /// What was asked for, harmless where a browser shows it.
    private static String uri(Request request) {
        String query = request.rawQuery();
        String whole = query.isEmpty() ? request.path() : request.path() + "?" + query;
        return whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void begin(Tracked exchange) {
        Request request = exchange.request();
        if (RequestInfo.isCutShort(request.path())) {
            throw new Undecided(
                    "failed to create RequestInfo: unable to determine kind and namespace from url, "
                            + uri(request));
        }
        Query query = Query.parse(request.rawQuery());
        RequestInfo info = RequestInfo.of(request.method(), request.path(), query);
        User acting = permitted(exchange, query, info);
        Route elsewhere = elsewhere(info);
        if (elsewhere != null) {
            exchange.identified(info);
            Call call = new Call(exchange, query, info, acting, MediaType.JSON, List.of());
            workers.work(call, () -> aggregation.proxy().pass(exchange, elsewhere, acting));
            return;
        }
        if (!info.isResource()) {
            exchange.identified(info);
            Call call =
                    new Call(exchange, query, info, acting, fixedType(request, query), List.of());
            workers.work(call, () -> paths.handle(call));
            return;
        }
        if (UsageEndpoint.handles(info) && resources.tellsUsage()) {
            exchange.identified(info);
            // What is kept nowhere has one form, also for clients that would like protobuf better.
            Call call = new Call(exchange, query, info, acting, MediaType.JSON, List.of());
            workers.work(call, () -> usage.handle(call));
            return;
        }
        if (info.path().startsWith("//")) {
            exchange.send(Answers.pageNotFound());
            return;
        }
        Resource resource = resources.find(info.group(), info.version(), info.resource());
        if (resource == null || info.hasGap()) {
            if (resource != null || info.group().isEmpty() || resources.hasGroup(info.group())) {
                throw Answers.noSuchResource().asException();
            }
            exchange.send(Answers.pageNotFound());
            return;
        }
        exchange.identified(info);
        route(exchange, query, info, acting, resource);
    }

    /// In whose name the request is made, once it is known who sends it and that they may.
    private User permitted(Tracked exchange, Query query, RequestInfo info) {
        User user = known(exchange, query, info);
        User wanted = Impersonation.wanted(exchange.request());
        User acting = wanted == null ? user : impersonation.become(user, wanted, action(info));
        AuditRecord record = exchange.audit();
        if (record != null && wanted != null) {
            record.impersonates(acting);
        }
        workers.classify(exchange, info, acting);
        try (Span _ = exchange.span().child("authorization")) {
            require(acting, action(info).selecting(info.fieldSelector(query)), record);
            return acting;
        }
    }

    /// Who sends the request; the audit log is told of it from here on.
    private User known(Tracked exchange, Query query, RequestInfo info) {
        Login.Accepted login;
        try {
            tracker.deadline(exchange, info, query);
            login = login(exchange.request());
        } catch (StatusException e) {
            auditing.turnedAway(exchange, info);
            throw e;
        }
        exchange.warn(login.warning());
        spans.begin(exchange, info, login.user());
        auditing.begin(exchange, info, login.user());
        AuditRecord record = exchange.audit();
        if (record != null) {
            record.annotate(login.notes());
        }
        return login.user();
    }

    private Login.Accepted login(Request request) {
        long since = accessed.now();
        Login login = authenticator.authenticate(new RequestCredentials(request));
        if (login instanceof Login.Accepted accepted) {
            accessed.accepted(accepted.user().name(), since);
            return accepted;
        }
        accessed.refused(login instanceof Login.Refused, since);
        throw Status.unauthorized().asException();
    }

    /// Null when this server answers itself.
    private @Nullable Route elsewhere(RequestInfo info) {
        RemoteGroups remote = aggregation.remote();
        if (remote.isEmpty()) {
            return null;
        }
        return info.isResource()
                ? remote.find(info.group(), info.version())
                : remote.ofPath(info.path());
    }

    private void route(
            Tracked exchange, Query query, RequestInfo info, User user, Resource resource) {
        if (ProxyEndpoint.handles(resource.kind(), info.subresource())) {
            Call call = new Call(exchange, query, info, user, MediaType.JSON, List.of());
            workers.work(call, () -> proxies.handle(call, resource));
            return;
        }
        Request request = exchange.request();
        if (!ServedPaths.admits(request, info, resource)) {
            exchange.send(Answers.pageNotFound());
            return;
        }
        boolean isKept = !ComponentEndpoint.handles(resource.kind());
        MediaType.Offer offer =
                new MediaType.Offer(
                        isKept && resource.protobuf() != null,
                        ServedPaths.shapes(info, resource),
                        info.verb().equals("watch"));
        MediaType type = MediaType.negotiate(request.header("accept"), offer);
        MediaType form = (type == null ? MediaType.JSON : type).in(request, query);
        Call call = new Call(exchange, query, info, user, form, Deprecations.of(resource));
        call.tellDeprecation();
        if (!call.notices().isEmpty()) {
            accessed.deprecated(
                    List.of(info.group(), "", info.resource(), info.subresource(), info.version()));
        }
        if (type == null) {
            call.fail(Answers.notAcceptable(offer.asRefused(request.header("accept"))));
            return;
        }
        if (!isKept) {
            workers.work(call, () -> components.handle(call, resource));
            return;
        }
        if (!info.subresource().isEmpty()) {
            Work cost = changes(call) ? workOfWrite(call, resource) : Work.ONE;
            workers.work(call, cost, false, () -> subresources.handle(call, resource));
            return;
        }
        if (Reviews.isReview(resource.kind())) {
            workers.work(call, () -> objects.review(call, resource));
            return;
        }
        if (resource.kind().equals(Kinds.BINDING)) {
            Resource pods = resources.require(Kinds.POD);
            workers.work(call, () -> objects.bind(call, resource, pods));
            return;
        }
        verb(call, resource);
    }

    private void verb(Call call, Resource resource) {
        switch (call.info().verb()) {
            case "get" -> quick(call, resource, () -> objects.get(call, resource));
            case "watch" -> watch(call, resource);
            case "list" ->
                    workers.work(
                            call,
                            objects.workOfList(call, resource),
                            objects.listTakesLong(call, resource),
                            () -> objects.list(call, resource));
            case "create" -> write(call, resource, () -> objects.create(call, resource));
            case "update" -> write(call, resource, () -> objects.update(call, resource));
            case "patch" -> write(call, resource, () -> objects.patch(call, resource));
            case "delete" -> write(call, resource, () -> objects.delete(call, resource));
            case "deletecollection" ->
                    workers.work(call, () -> objects.deleteCollection(call, resource));
            default -> throw Answers.methodNotAllowed().asException();
        }
    }

    /// A watch that begins with many objects takes its turn as their list does.
    private void watch(Call call, Resource resource) {
        Runnable task = () -> watches.watch(call, resource);
        if (WatchEndpoint.beginsWithAll(call.query()) && objects.listTakesLong(call, resource)) {
            workers.work(call, objects.workOfList(call, resource), true, task);
        } else {
            quick(call, resource, task);
        }
    }

    private void write(Call call, Resource resource, Runnable task) {
        workers.work(call, workOfWrite(call, resource), false, task);
    }

    private Work workOfWrite(Call call, Resource resource) {
        // What gives tokens changes nothing that anybody watches.
        boolean isToken = call.info().subresource().equals("token");
        int watching = isToken ? 0 : watches.count(call.info(), resource);
        Flow flow = call.exchange().flow();
        if (flow != null) {
            flow.watched(watching);
        }
        return Work.ofWrite(watching);
    }

    private static boolean changes(Call call) {
        return WRITES.contains(call.info().verb());
    }

    /// Does at once what only reads memory.
    private void quick(Call call, Resource resource, Runnable task) {
        if (resource.readsBlock()) {
            workers.work(call, task);
        } else {
            workers.quick(call, task);
        }
    }

    /// What form the answers of paths that are no resources have.
    private static MediaType fixedType(Request request, Query query) {
        String accept = request.header("accept");
        MediaType discovery = MediaType.negotiate(accept, MediaType.Offer.DISCOVERY);
        MediaType type =
                discovery == null ? MediaType.negotiate(accept, MediaType.Offer.PLAIN) : discovery;
        return (type == null ? MediaType.JSON : type).in(request, query);
    }

    static Action action(RequestInfo info) {
        return info.isResource()
                ? new Action(
                        info.verb(),
                        info.group(),
                        info.version(),
                        info.resource(),
                        info.subresource(),
                        info.namespace(),
                        info.name(),
                        "")
                : Action.path(info.verb(), info.path());
    }

    private void require(User user, Action action, @Nullable AuditRecord record) {
        long since = accessed.now();
        if (user.isMaster()) {
            accessed.decided(Decided.ALLOWED, since);
            if (record != null) {
                record.decided(true, "");
            }
            return;
        }
        Authorizer.Decision decision = authorizer.authorize(user, action);
        accessed.decided(decided(decision), since);
        if (decision.isFailure()) {
            if (record != null) {
                record.undecided();
            }
            throw new Undecided(decision.fault());
        }
        if (record != null) {
            record.decided(decision.allowed(), decision.reason());
        }
        if (!decision.allowed()) {
            throw Forbidden.of(user, action, decision.reason()).asException();
        }
    }

    private static Decided decided(Authorizer.Decision decision) {
        if (decision.allowed()) {
            return Decided.ALLOWED;
        }
        if (decision.isFailure()) {
            return Decided.ERROR;
        }
        return decision.isDenial() ? Decided.DENIED : Decided.NO_OPINION;
    }
}
