package kat.apiserver.rest;

import java.util.List;
import java.util.Locale;
import kat.apiserver.auth.User;
import kat.apiserver.http.Request;
import kat.base.Randomness;
import kat.base.trace.Span;
import kat.base.trace.TraceContext;
import kat.base.trace.Tracer;
import org.jspecify.annotations.Nullable;

/// Traces requests that came over HTTP. Nothing is made while it is off.
///
/// A trace begins when it is known who asks: administrators and monitors may say of which trace a
/// request is part, others' traces are only linked to.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/endpoints/filters/traces.go`, `endpoints/handlers/trace_util.go`;
/// OpenTelemetry's semantic conventions for HTTP servers.
final class RequestSpans {

    private static final List<String> TRUSTED = List.of(User.MASTERS, "system:monitoring");
    private static final int FAULT = 500;

    private final @Nullable Tracer tracer;
    private final Randomness randomness;

    /// @param tracer null while it is off
    RequestSpans(@Nullable Tracer tracer, Randomness randomness) {
        this.tracer = tracer;
        this.randomness = randomness;
    }

    /// It is known who asks.
    void begin(Tracked tracked, RequestInfo info, User user) {
        if (tracer == null) {
            return;
        }
        Request request = tracked.request();
        TraceContext caller =
                TraceContext.parse(request.header("traceparent"), request.header("tracestate"));
        boolean isTrusted = user.groups().stream().anyMatch(TRUSTED::contains);
        String name = request.method() + (info.isResource() ? " " + route(info) : "");
        Span span = tracer.begin(caller, isTrusted, name, tracked.startNanos());
        tracked.traced(span);
        if (!span.isKept()) {
            return;
        }
        if (tracked.id().isEmpty()) {
            tracked.identifiedBy(randomness.nextUuid().toString());
        }
        String query = request.rawQuery();
        span.put("http.request.method", request.method());
        span.put("url.scheme", "https");
        span.put("url.path", request.path());
        span.put("http.target", query.isEmpty() ? request.path() : request.path() + "?" + query);
        span.put("server.address", text(request.header("host")));
        span.put("network.peer.address", request.peer().address());
        span.put("client.address", Auditing.sources(request).stream().findFirst().orElse(""));
        span.put("user_agent.original", text(request.header("user-agent")));
        span.put("audit-id", tracked.id());
    }

    /// The path without what clients choose.
    private static String route(RequestInfo info) {
        StringBuilder route = new StringBuilder(info.group().isEmpty() ? "/api" : "/apis");
        if (!info.group().isEmpty()) {
            route.append('/').append(info.group());
        }
        route.append('/').append(info.version());
        if (!info.namespace().isEmpty()) {
            route.append("/namespaces/{:namespace}");
        }
        route.append('/').append(info.resource());
        if (!info.name().isEmpty()) {
            route.append("/{:name}");
        }
        if (!info.subresource().isEmpty()) {
            route.append('/').append(info.subresource());
        }
        return route.toString();
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header;
    }

    /// It was answered.
    static void end(Tracked tracked, int code, int bytes) {
        Span span = tracked.span();
        span.put("http.response.status_code", code);
        if (bytes > 0) {
            span.put("http.response.body.size", bytes);
        }
        if (code >= FAULT) {
            span.fail("");
        }
        span.close();
    }

    /// The work of a request as part of its trace; the work itself where nothing is traced.
    static Runnable traced(Call call, Runnable work) {
        Span whole = call.exchange().span();
        if (whole == Span.NONE) {
            return work;
        }
        return () -> whole.during(() -> named(call, work));
    }

    private static void named(Call call, Runnable work) {
        String name = name(call.info());
        if (name.isEmpty()) {
            work.run();
            return;
        }
        try (Span span = Span.start(name)) {
            tell(call, span);
            work.run();
        }
    }

    /// As the handler of Kubernetes; empty for what has none.
    private static String name(RequestInfo info) {
        if (!info.isResource()) {
            return "";
        }
        return switch (info.verb()) {
            case "get" -> "Get";
            case "list" -> "List";
            case "watch" -> "WatchServer.HandleHTTP";
            case "create" -> RequestTracker.isLongRunning(info) ? "" : "Create";
            case "update" -> "Update";
            case "patch" -> "Patch";
            case "delete", "deletecollection" -> "Delete";
            default -> "";
        };
    }

    private static void tell(Call call, Span span) {
        if (!span.isKept()) {
            return;
        }
        RequestInfo info = call.info();
        Request request = call.request();
        span.put("accept", text(request.header("accept")));
        span.put("audit-id", call.exchange().id());
        span.put("client", request.peer().address());
        span.put("api-group", info.group());
        span.put("api-version", info.version());
        span.put("name", info.name());
        span.put("subresource", info.subresource());
        span.put("namespace", info.namespace());
        span.put("resource", info.resource());
        span.put("scope", RequestMetrics.scope(info));
        span.put("url", request.path());
        span.put("user-agent", text(request.header("user-agent")));
        span.put("verb", info.verb().toUpperCase(Locale.ROOT));
    }
}
