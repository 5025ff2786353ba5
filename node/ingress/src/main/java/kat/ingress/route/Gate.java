package kat.ingress.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.util.Base64;
import java.util.List;
import kat.api.regex.TooManyStepsException;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of a request whose route is known, in the order in which ingress-nginx
/// does: redirects, questions of browsers, rates, addresses, passwords.
public final class Gate {

    private static final int PERMANENT = 308;
    private static final int FOUND = 302;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;
    private static final int HTTPS_PORT = 443;
    private static final String BASIC = "basic ";
    private static final Verdict FORBIDDEN_HERE = new Verdict.Refuse(FORBIDDEN, "", "");

    private final int httpsPort;

    /// @param httpsPort where clients reach HTTPS
    public Gate(int httpsPort) {
        this.httpsPort = httpsPort;
    }

    /// Keeps count of clients whose requests are limited.
    @FunctionalInterface
    public interface Counting {

        /// Whether this request may go on.
        boolean enters();
    }

    /// @param counting is asked once, if at all
    public Verdict decide(Route route, Asked asked, Counting counting) {
        Settings settings = route.settings();
        if (!route.refusal().isEmpty()) {
            return new Verdict.Refuse(UNAVAILABLE, route.refusal(), "");
        }
        Settings.Redirects redirects = settings.redirects();
        if (!redirects.location().isEmpty()) {
            return new Verdict.Redirect(
                    redirects.code(), Variables.expand(redirects.location(), asked));
        }
        if (!asked.secure() && (redirects.forceSsl() || (redirects.ssl() && route.secured()))) {
            return new Verdict.Redirect(PERMANENT, secured(asked));
        }
        String appRoot = settings.rewrite().appRoot();
        if (!appRoot.isEmpty() && asked.path().equals("/")) {
            return new Verdict.Redirect(FOUND, appRoot);
        }
        Settings.Cors cors = settings.cors();
        boolean isAllowed = cors != null && cors.allowed(asked.header("origin")) != null;
        // Who is not allowed is answered by the server, without the headers.
        if (isAllowed && asked.method().equals("OPTIONS")) {
            return Verdict.PREFLIGHT;
        }
        Settings.Rates rates = settings.rates();
        boolean isLimited = rates.isLimiting() && !in(rates.exempt(), asked.address());
        if (isLimited && !counting.enters()) {
            return new Verdict.Refuse(UNAVAILABLE, "", "");
        }
        Settings.Access access = settings.access();
        boolean denied = in(access.denied(), asked.address());
        boolean listed = in(access.allowed(), asked.address());
        boolean outside = denied || (!access.allowed().isEmpty() && !listed);
        if (!access.satisfiesAny()) {
            return outside ? FORBIDDEN_HERE : byPassword(route, asked, Verdict.FORWARD, null);
        }
        if (listed && !denied) {
            return Verdict.ADMIT;
        }
        Verdict next = route.authenticator() == null ? null : Verdict.FORWARD;
        if (access.password() == null) {
            return next == null && outside ? FORBIDDEN_HERE : Verdict.FORWARD;
        }
        return byPassword(route, asked, Verdict.ADMIT, next);
    }

    /// @param right what becomes of who has a password, or needs none
    /// @param wrong what becomes of others; null for a refusal
    private static Verdict byPassword(
            Route route, Asked asked, Verdict right, @Nullable Verdict wrong) {
        Settings.Password wanted = route.settings().access().password();
        Users users = route.users();
        if (wanted == null || users == null) {
            return right;
        }
        Verdict refuse = wrong != null ? wrong : challenge(wanted);
        String[] given = credentials(asked.header("authorization"));
        if (given == null) {
            return refuse;
        }
        return switch (users.known(given[0], given[1])) {
            case RIGHT -> right;
            case WRONG -> refuse;
            case UNKNOWN -> new Verdict.Verify(users, given[0], given[1], right, refuse);
        };
    }

    private static Verdict challenge(Settings.Password wanted) {
        String realm = wanted.realm().replaceAll("[\"\\\\\\p{Cntrl}]", "");
        return new Verdict.Refuse(UNAUTHORIZED, "", "Basic realm=\"" + realm + "\"");
    }

    /// Name and password of a header; null when there are none.
    static String @Nullable [] credentials(String header) {
        if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
            String text = new String(decoded, UTF_8);
            int colon = text.indexOf(':');
            return colon < 0
                    ? null
                    : new String[] {text.substring(0, colon), text.substring(colon + 1)};
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static boolean in(List<AddressRange> ranges, InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private String secured(Asked asked) {
        String port = httpsPort == HTTPS_PORT ? "" : ":" + httpsPort;
        return "https://" + asked.host() + port + asked.uri();
    }

    /// By what a request's server is chosen; empty where requests go to servers in turn.
    public static String hashKey(Route route, Asked asked) {
        return Variables.expand(route.settings().hashBy(), asked);
    }

    /// What the request line says to the servers.
    public static String target(Route route, String path, String uri) {
        String wanted = route.settings().rewrite().target();
        if (wanted.isEmpty()) {
            return uri;
        }
        String rewritten = route.path().rewrite(path, wanted);
        String absolute = rewritten.startsWith("/") ? rewritten : "/" + rewritten;
        int query = uri.indexOf('?');
        if (query < 0) {
            return absolute;
        }
        String separator = absolute.indexOf('?') >= 0 ? "&" : "?";
        return absolute + separator + uri.substring(query + 1);
    }

    /// Whether a request goes to the canary.
    ///
    /// @param chance from 0 up to, not including, the rule's total
    public static boolean takesCanary(Settings.CanaryRule rule, Asked.Headers headers, int chance) {
        if (!rule.header().isEmpty()) {
            String value = headers.get(rule.header());
            try {
                Boolean decided = value == null ? null : byHeader(rule, value);
                if (decided != null) {
                    return decided;
                }
            } catch (TooManyStepsException e) {
                return false;
            }
        }
        if (!rule.cookie().isEmpty()) {
            String value = Cookies.find(headers.get("cookie"), rule.cookie());
            if ("always".equals(value)) {
                return true;
            }
            if ("never".equals(value)) {
                return false;
            }
        }
        return chance < rule.weight();
    }

    private static @Nullable Boolean byHeader(Settings.CanaryRule rule, String value) {
        if (!rule.headerValue().isEmpty()) {
            return value.equals(rule.headerValue()) ? Boolean.TRUE : null;
        }
        if (rule.headerPattern() != null) {
            return rule.headerPattern().find(value) ? Boolean.TRUE : null;
        }
        return switch (value) {
            case "always" -> Boolean.TRUE;
            case "never" -> Boolean.FALSE;
            default -> null;
        };
    }
}
