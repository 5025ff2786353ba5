package kat.ingress.proxy;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import kat.api.regex.TooManyStepsException;
import kat.ingress.route.Asked;
import kat.ingress.route.Authenticator;
import kat.ingress.route.ClientLimits;
import kat.ingress.route.Cookies;
import kat.ingress.route.Endpoint;
import kat.ingress.route.Gate;
import kat.ingress.route.Paths;
import kat.ingress.route.Route;
import kat.ingress.route.RouteTable;
import kat.ingress.route.Settings;
import kat.ingress.route.Upstream;
import kat.ingress.route.Verdict;
import org.jspecify.annotations.Nullable;

/// What was chosen for a request: its route, the Service that serves it, and what the route's
/// settings do to head and answer.
///
/// **Threads:** the event loop of the client.
final class Selection {

    private static final String ANY = "*";
    private static final AsciiString STRICT_TRANSPORT =
            AsciiString.cached("strict-transport-security");
    private static final AsciiString A_YEAR =
            AsciiString.cached("max-age=31536000; includeSubDomains");

    private final ClientHandler client;
    private final HttpRequest request;
    private final Asked asked;
    private final RouteState state;
    private final Upstream upstream;
    private final @Nullable String origin;
    private final String hashKey; // empty for servers in turn
    private @Nullable Endpoint fixed; // by the client's cookie
    private @Nullable ClientLimits entered; // to be left
    private @Nullable Authentication authentication;
    private @Nullable ErrorPage page;

    private Selection(ClientHandler client, Asked asked, HttpRequest request, RouteState state) {
        this.client = client;
        this.request = request;
        this.asked = asked;
        this.state = state;
        this.origin = request.headers().get(HttpHeaderNames.ORIGIN);
        this.hashKey = Gate.hashKey(state.route(), asked);
        this.upstream = choose();
    }

    /// Finds the route of a request; null when it was refused instead.
    static @Nullable Selection of(
            ClientHandler client, HttpRequest request, Consumer<FullHttpResponse> refuse) {
        Authority authority = Authority.of(request);
        String path = authority == null ? null : Paths.normalize(authority.uri());
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
            refuse.accept(Answers.of(HttpResponseStatus.METHOD_NOT_ALLOWED, ""));
            return null;
        }
        if (authority == null || path == null) {
            refuse.accept(Answers.of(HttpResponseStatus.BAD_REQUEST, ""));
            return null;
        }
        request.setUri(authority.uri());
        HttpHeaders headers = request.headers();
        ClientCertificates.removeForged(headers);
        Asked asked =
                new Asked(
                        method.name(),
                        authority.host(),
                        authority.text(),
                        path,
                        authority.uri(),
                        client.isSecure(),
                        client.remote().getAddress(),
                        headers::get);
        Live live = client.front().live();
        try {
            Route route = live.table().find(authority.host(), path);
            if (route == null) {
                refuse.accept(notFound(live, asked));
                return null;
            }
            return new Selection(client, asked, request, live.state(route));
        } catch (TooManyStepsException e) {
            // Another route might let pass what the right one does not.
            refuse.accept(Answers.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, ""));
            return null;
        }
    }

    private static FullHttpResponse notFound(Live live, Asked asked) {
        String other = live.table().redirectedHost(asked.host());
        if (other == null) {
            return Answers.of(HttpResponseStatus.NOT_FOUND, "");
        }
        String scheme = asked.secure() ? "https://" : "http://";
        int code = HttpResponseStatus.PERMANENT_REDIRECT.code();
        return Answers.redirect(new Verdict.Redirect(code, scheme + other + asked.uri()));
    }

    private Upstream choose() {
        Route route = route();
        Route.Canary canary = route.canary();
        String cookie = affinityCookie();
        if (cookie != null) {
            fixed = RouteState.byCookie(route.upstream(), cookie);
            if (fixed != null) {
                return route.upstream();
            }
        }
        if (canary == null) {
            return route.upstream();
        }
        int chance = client.worker().chance(canary.rule().total());
        boolean toCanary = Gate.takesCanary(canary.rule(), request.headers()::get, chance);
        return toCanary ? canary.upstream() : route.upstream();
    }

    private @Nullable String affinityCookie() {
        Settings.Affinity affinity = route().settings().affinity();
        return affinity == null
                ? null
                : Cookies.find(request.headers().get(HttpHeaderNames.COOKIE), affinity.cookie());
    }

    Route route() {
        return state.route();
    }

    RouteState state() {
        return state;
    }

    Upstream upstream() {
        return upstream;
    }

    /// Asks the gate and then the authenticator; one of both is called, perhaps later.
    void admit(Runnable forward, Consumer<FullHttpResponse> refuse) {
        RouteTable table = client.front().live().table();
        Verdict shown;
        try {
            shown = ClientCertificates.decide(table, route(), asked.host(), client, request);
        } catch (TooManyStepsException e) {
            refuse.accept(Answers.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, ""));
            return;
        }
        if (shown != null) {
            act(shown, forward, forward, refuse);
            return;
        }
        Authenticator authenticator = route().authenticator();
        if (authenticator == null) {
            askGate(forward, forward, refuse);
        } else {
            askGate(forward, () -> authenticate(authenticator, forward, refuse), refuse);
        }
    }

    private void authenticate(
            Authenticator authenticator, Runnable forward, Consumer<FullHttpResponse> refuse) {
        nameRequest();
        boolean isOwn = authenticator.rule().url().isOwnHost();
        Route own = isOwn ? own(authenticator) : null;
        if (isOwn && own == null) {
            refuse.accept(Answers.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, ""));
            return;
        }
        Authentication begun = new Authentication(authenticator, asked, own);
        authentication = begun;
        begun.start(client, state, request, forward, refuse);
    }

    /// The route to an authenticator at the client's own host. One that asks something itself
    /// is none: it would have to be passed, too.
    private @Nullable Route own(Authenticator authenticator) {
        String path = Paths.normalize(authenticator.rule().target(asked));
        try {
            RouteTable table = client.front().live().table();
            Route found = path == null ? null : table.find(asked.host(), path);
            return found != null && isOpen(table, found) ? found : null;
        } catch (TooManyStepsException e) {
            return null; // nobody knows who is to be asked
        }
    }

    /// Whether it asks nothing but what the route itself asks.
    private boolean isOpen(RouteTable table, Route other) {
        return other.authenticator() == null
                && other.isPlain(true)
                && Objects.equals(
                        table.clientAuth(asked.host(), route()),
                        table.clientAuth(asked.host(), other));
    }

    /// @param admit is called where the gate needs no authenticator, else `forward`
    private void askGate(Runnable admit, Runnable forward, Consumer<FullHttpResponse> refuse) {
        if (route().isPlain(client.isSecure())) {
            forward.run();
            return;
        }
        Verdict verdict = client.front().live().gate().decide(route(), asked, this::enters);
        act(verdict, admit, forward, refuse);
    }

    private void act(
            Verdict verdict, Runnable admit, Runnable forward, Consumer<FullHttpResponse> refuse) {
        switch (verdict) {
            case Verdict.Admit _ -> admit.run();
            case Verdict.Forward _ -> forward.run();
            case Verdict.Redirect redirect -> refuse.accept(Answers.redirect(redirect));
            case Verdict.Refuse refusal -> refuse.accept(Answers.refuse(refusal));
            case Verdict.Preflight _ -> refuse.accept(Answers.empty(HttpResponseStatus.NO_CONTENT));
            case Verdict.Verify(var users, var name, var password, var whenRight, var whenWrong) ->
                    client.front()
                            .check(
                                    client.worker(),
                                    users,
                                    new String[] {name, password},
                                    right ->
                                            act(
                                                    right ? whenRight : whenWrong,
                                                    admit,
                                                    forward,
                                                    refuse));
        }
    }

    private boolean enters() {
        ClientLimits limits = state.limits();
        boolean enters = limits == null || limits.enter(asked.address(), client.worker().nanos());
        entered = enters ? limits : null;
        return enters;
    }

    /// The request has its answer, or nobody waits for one any more.
    void leave() {
        ClientLimits limits = entered;
        if (limits != null) {
            entered = null;
            limits.leave(asked.address());
        }
        Authentication begun = authentication;
        if (begun != null) {
            begun.abort();
        }
        ErrorPage showing = page;
        if (showing != null) {
            showing.abort();
        }
    }

    /// Gives up when an authenticator did not answer, or a page did not come, for too long.
    void checkTime(long now) {
        Authentication begun = authentication;
        if (begun != null) {
            begun.checkTime(now);
        }
        ErrorPage showing = page;
        if (showing != null) {
            showing.checkTime(now);
        }
    }

    /// Whether a page takes the place of answers of a status.
    boolean hasPage(int code) {
        Route.Pages pages = route().pages();
        return pages != null && pages.codes().contains(code);
    }

    /// Asks for the page that takes the place of an answer.
    ///
    /// @param otherwise what the client gets where there is none
    /// @param shown is called with the one or the other, perhaps later
    void showPage(FullHttpResponse otherwise, Consumer<FullHttpResponse> shown) {
        nameRequest();
        HttpRequest head =
                Heads.toErrorPage(
                        request,
                        route(),
                        client.client(),
                        asked.authority(),
                        otherwise.status().code());
        ErrorPage begun = new ErrorPage(client.worker(), state, head, otherwise, shown);
        page = begun;
        begun.start();
    }

    /// The head that servers get.
    ///
    /// @throws TooManyStepsException when rewriting the path takes too long
    HttpRequest head(HttpRequest from) {
        nameRequest();
        HttpRequest head =
                Heads.toServer(from, route(), client.client(), asked.path(), asked.authority());
        Authentication begun = authentication;
        Authenticator authenticator = route().authenticator();
        if (begun != null) {
            begun.toServer(head.headers());
        } else if (authenticator != null) {
            Authentication.removeGiven(authenticator.rule(), head.headers());
        }
        return head;
    }

    private void nameRequest() {
        HttpHeaders headers = request.headers();
        if (!headers.contains(Heads.REQUEST_ID)) {
            headers.set(Heads.REQUEST_ID, client.worker().nextRequestId());
        }
    }

    /// The server whose turn it is; null when all were tried.
    @Nullable Endpoint next(Set<Endpoint> tried) {
        Endpoint wanted = fixed;
        if (wanted != null && !tried.contains(wanted)) {
            return wanted;
        }
        Endpoint next =
                hashKey.isEmpty()
                        ? state.next(upstream, tried)
                        : RouteState.byHash(upstream, hashKey, tried);
        return next != null || tried.isEmpty() ? next : nextOfNow(tried);
    }

    /// A server that came while others were tried; null when there is none.
    private @Nullable Endpoint nextOfNow(Set<Endpoint> tried) {
        Live live = client.front().live();
        Route now;
        try {
            now = live.table().find(asked.host(), asked.path());
        } catch (TooManyStepsException e) {
            return null; // a new table whose paths do not tell whether they match
        }
        if (now == null || !now.upstream().name().equals(upstream.name())) {
            return null;
        }
        boolean same =
                now.upstream().protocol() == upstream.protocol()
                        && now.upstream().tls().equals(upstream.tls());
        return same ? live.state(now).next(now.upstream(), tried) : null;
    }

    /// Adds to a server's answer what the route's settings want.
    void decorate(HttpResponse answer, @Nullable Endpoint from) {
        Settings.Affinity affinity = route().settings().affinity();
        if (affinity != null && from != null && !from.equals(fixed)) {
            answer.headers().add(HttpHeaderNames.SET_COOKIE, cookie(affinity, from));
        }
        addForAll(answer);
    }

    /// Adds to an answer of no server what the route's settings want.
    void decorateOwn(HttpResponse answer) {
        route().headers().forEach((name, value) -> answer.headers().set(name, value));
        addForAll(answer);
    }

    /// What ingress-nginx adds to every answer, its own too: hosts with a certificate are for
    /// HTTPS only from then on.
    private void addForAll(HttpResponse answer) {
        HttpHeaders headers = answer.headers();
        Authentication begun = authentication;
        if (begun != null) {
            begun.toClient(answer);
        }
        if (client.isSecure() && route().secured()) {
            headers.set(STRICT_TRANSPORT, A_YEAR);
        }
        addCors(headers);
    }

    private String cookie(Settings.Affinity affinity, Endpoint from) {
        Route route = route();
        boolean regex = route.settings().rewrite().regex();
        String path = affinity.path();
        if (path.isEmpty()) {
            path = regex ? "/" : route.path().text();
        }
        Boolean wanted = affinity.secure();
        boolean secure = wanted == null ? client.isSecure() : wanted;
        return affinity.cookie()
                + "="
                + RouteState.cookie(upstream, from)
                + "; Path="
                + path
                + affinity.attributes()
                + (secure ? "; Secure" : "");
    }

    private void addCors(HttpHeaders headers) {
        Settings.Cors cors = route().settings().cors();
        if (cors == null) {
            return;
        }
        String allowed = cors.allowed(origin);
        if (allowed == null) {
            return;
        }
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        if (!allowed.equals(ANY)) {
            headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
        if (cors.credentials()) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, cors.methods());
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, cors.headers());
        headers.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, cors.maxAge());
        if (!cors.expose().isEmpty()) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, cors.expose());
        }
    }
}
