package kat.ingress.proxy;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;
import kat.api.regex.TooManyStepsException;
import kat.base.Check;
import kat.ingress.route.Asked;
import kat.ingress.route.Authenticator;
import kat.ingress.route.ExternalAuth;
import kat.ingress.route.Route;
import kat.ingress.route.Upstream;
import kat.ingress.route.Verdict;
import org.jspecify.annotations.Nullable;

/// Whether one request may pass, as an authenticator says, and what its answer adds to the
/// request and to the client's answer. Whatever is neither a yes nor a no is a fault:
/// nothing passes.
///
/// | answer | what the client gets |
/// |---|---|
/// | 2xx | what the servers say |
/// | 401 | 302 to where one signs in, else 401 with the challenges |
/// | 403 | 403 |
/// | other, none | 500 |
///
/// **Threads:** the event loop of the client.
///
/// **Source:** nginx, `ngx_http_auth_request_module`; ingress-nginx, `nginx.tmpl`.
final class Authentication {

    private static final int OK = 200;
    private static final int MOST_OK = 299;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int FOUND = 302;

    /// The statuses with which nginx adds headers of its own.
    private static final Set<Integer> WITH_HEADERS =
            Set.of(200, 201, 204, 206, 301, 302, 303, 304, 307, 308);

    private final Authenticator authenticator;
    private final Asked asked;
    private final @Nullable Route own;
    private @Nullable SideRequest question;
    private @Nullable HttpHeaders answer;

    /// @param own leads to the authenticator where it is served at the client's own host
    Authentication(Authenticator authenticator, Asked asked, @Nullable Route own) {
        this.authenticator = authenticator;
        this.asked = asked;
        this.own = own;
    }

    /// Asks, unless an answer is known; one of both is called, perhaps later, but not after
    /// [#abort].
    ///
    /// @param client who wants to pass
    void start(
            ClientHandler client,
            RouteState state,
            HttpRequest request,
            Runnable forward,
            Consumer<FullHttpResponse> refuse) {
        AuthCache answers = state.answers();
        ExternalAuth.Cache cache = authenticator.rule().cache();
        String key =
                answers == null || cache == null || !isKept()
                        ? ""
                        : AuthCache.digest(
                                cache.key(asked.with(name -> all(request.headers(), name))));
        if (answers != null && !key.isEmpty()) {
            AuthCache.Answer known = answers.find(key, client.worker().nanos());
            if (known != null) {
                decide(known.status(), known.headers(), forward, refuse);
                return;
            }
        }
        HttpRequest head = Heads.toAuthenticator(request, authenticator, asked, client.client());
        Upstream upstream = authenticator.upstream();
        if (own != null) {
            upstream = own.upstream();
            try {
                head = Heads.through(own, head, client.client(), asked);
            } catch (TooManyStepsException e) {
                decide(0, null, forward, refuse); // what is to be asked is not known
                return;
            }
        }
        SideRequest asking =
                new SideRequest(
                        client.worker(),
                        state.route().settings().limits(),
                        new SideRequest.Question(
                                upstream, state.turns(RouteState.Side.AUTHENTICATOR), head, 0),
                        (status, headers, _) -> {
                            if (answers != null && !key.isEmpty() && headers != null) {
                                answers.put(key, status, headers, client.worker().nanos());
                            }
                            decide(status, headers, forward, refuse);
                        });
        question = asking;
        asking.start();
    }

    /// nginx keeps answers to these alone.
    private boolean isKept() {
        String method = authenticator.rule().method();
        return method.isEmpty() || method.equals("GET") || method.equals("HEAD");
    }

    /// All values of a header, also of one that writes `_` for `-`: authenticators may read any
    /// of them.
    private static String all(HttpHeaders headers, String name) {
        StringJoiner values = new StringJoiner(", ");
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().replace('_', '-').equalsIgnoreCase(name)) {
                values.add(header.getValue());
            }
        }
        return values.toString();
    }

    private void decide(
            int status,
            @Nullable HttpHeaders headers,
            Runnable forward,
            Consumer<FullHttpResponse> refuse) {
        answer = headers;
        if (headers != null && status >= OK && status <= MOST_OK) {
            forward.run();
        } else if (headers != null && status == UNAUTHORIZED) {
            refuse.accept(unauthorized(headers));
        } else if (headers != null && status == FORBIDDEN) {
            refuse.accept(Answers.of(HttpResponseStatus.FORBIDDEN, ""));
        } else {
            refuse.accept(Answers.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, ""));
        }
    }

    private FullHttpResponse unauthorized(HttpHeaders headers) {
        ExternalAuth rule = authenticator.rule();
        if (!rule.signIn().isEmpty()) {
            return Answers.redirect(new Verdict.Redirect(FOUND, rule.signInLocation(asked)));
        }
        FullHttpResponse refusal = Answers.of(HttpResponseStatus.UNAUTHORIZED, "");
        refusal.headers()
                .set(
                        HttpHeaderNames.WWW_AUTHENTICATE,
                        headers.getAll(HttpHeaderNames.WWW_AUTHENTICATE));
        return refusal;
    }

    /// Puts what the answer gives in the place of what the client said.
    void toServer(HttpHeaders request) {
        HttpHeaders given = Check.notNull(answer, "the authenticator answered");
        ExternalAuth rule = authenticator.rule();
        removeGiven(rule, request);
        for (String name : rule.responseHeaders()) {
            List<String> values = given.getAll(name);
            if (!values.isEmpty()) {
                request.set(name, String.join(", ", values));
            }
        }
    }

    /// Takes away what the authenticator alone may say, whether it was asked or not.
    static void removeGiven(ExternalAuth rule, HttpHeaders request) {
        for (String name : Set.copyOf(request.names())) {
            if (rule.isGiven(name)) {
                request.remove(name);
            }
        }
    }

    /// Adds the cookies that the authenticator sets.
    void toClient(HttpResponse response) {
        HttpHeaders given = answer;
        boolean sets =
                authenticator.rule().alwaysSetsCookie()
                        || WITH_HEADERS.contains(response.status().code());
        if (given != null && sets) {
            response.headers()
                    .add(HttpHeaderNames.SET_COOKIE, given.getAll(HttpHeaderNames.SET_COOKIE));
        }
    }

    /// Gives up when there was no answer for too long.
    void checkTime(long now) {
        SideRequest asking = question;
        if (asking != null) {
            asking.checkTime(now);
        }
    }

    /// Nobody wants to pass any more.
    void abort() {
        SideRequest asking = question;
        if (asking != null) {
            asking.abort();
        }
    }
}
