package kat.ingress.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import kat.api.ObjectKey;
import kat.api.regex.Regex;
import org.jspecify.annotations.Nullable;

/// Reads the [Settings] of one Ingress from its annotations.
///
/// **Threads:** one.
///
/// **Source:** ingress-nginx, "Annotations".
final class SettingsReader {

    private static final long BODY_BYTES = 1 << 20;
    private static final int CONNECT_SECONDS = 5;
    private static final int TRANSFER_SECONDS = 60;
    private static final int TRIES = 3;
    private static final int BURST = 5;
    private static final int MOVED = 301;
    private static final int FOUND = 302;
    private static final int LEAST_REDIRECT = 300;
    private static final int MOST_REDIRECT = 308;
    private static final int WEIGHTS = 100;
    private static final String METHODS = "[A-Za-z, ]+";
    private static final String HEADERS = "[\\w, -]+";
    private static final String EXPOSED = "[\\w*, -]+";
    private static final String COOKIE_NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String COOKIE_PATH = "/[!-~&&[^;,]]*";
    private static final String SECONDS = "-?[0-9]{1,10}";
    private static final String SITES = "(?i)None|Lax|Strict";
    private static final String CORS_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
    private static final String CORS_HEADERS =
            "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,"
                    + "Content-Type,Range,Authorization";

    /// What is streamed needs none of these, logs are as they are, chains may be of any depth,
    /// connections to authenticators are kept as others are, nobody is asked for all Ingress
    /// objects, and browsers take nothing that is pushed.
    private static final List<String> WITHOUT_EFFECT =
            List.of(
                    "auth-keepalive",
                    "auth-keepalive-requests",
                    "auth-keepalive-share-vars",
                    "auth-keepalive-timeout",
                    "proxy-buffering",
                    "proxy-request-buffering",
                    "proxy-buffer-size",
                    "proxy-buffers-number",
                    "proxy-busy-buffers-size",
                    "proxy-max-temp-file-size",
                    "client-body-buffer-size",
                    "enable-access-log",
                    "enable-global-auth",
                    "http2-push-preload",
                    "enable-rewrite-log",
                    "proxy-http-version",
                    "proxy-ssl-verify-depth");

    private final Annotations from;
    private final String namespace;
    private String refusal = "";

    SettingsReader(Annotations from, String namespace) {
        this.from = from;
        this.namespace = namespace;
    }

    Settings read() {
        from.ignore(WITHOUT_EFFECT);
        return new Settings(
                rewrite(),
                redirects(),
                limits(),
                rates(),
                access(),
                outgoing(),
                canary(),
                cors(),
                affinity(),
                pages(),
                hashBy(),
                refusal);
    }

    private Settings.Rewrite rewrite() {
        String target = from.text("rewrite-target");
        boolean regex = from.bool("use-regex", false) || !target.isEmpty();
        if (!target.matches("[!-~]*")) {
            from.invalid("rewrite-target", "a path without spaces and control characters");
            target = "";
        }
        String appRoot = from.text("app-root");
        if (!appRoot.isEmpty() && !appRoot.startsWith("/")) {
            from.invalid("app-root", "a path");
            appRoot = "";
        }
        return new Settings.Rewrite(target, regex, appRoot);
    }

    private Settings.Redirects redirects() {
        String temporal = from.text("temporal-redirect");
        String permanent = from.text("permanent-redirect");
        int temporalCode = code("temporal-redirect-code", FOUND);
        int permanentCode = code("permanent-redirect-code", MOVED);
        return new Settings.Redirects(
                from.bool("ssl-redirect", true),
                from.bool("force-ssl-redirect", false),
                temporal.isEmpty() ? permanent : temporal,
                temporal.isEmpty() ? permanentCode : temporalCode,
                from.bool("from-to-www-redirect", false));
    }

    private int code(String name, int absent) {
        int code = from.number(name, LEAST_REDIRECT, absent);
        if (code > MOST_REDIRECT) {
            from.invalid(name, "300 to 308");
            return absent;
        }
        return code;
    }

    private Settings.Limits limits() {
        return new Settings.Limits(
                from.bytes("proxy-body-size", BODY_BYTES),
                Math.max(1, from.seconds("proxy-connect-timeout", CONNECT_SECONDS)),
                Math.max(1, from.seconds("proxy-read-timeout", TRANSFER_SECONDS)),
                Math.max(1, from.seconds("proxy-send-timeout", TRANSFER_SECONDS)),
                isTriedOnce() ? 1 : from.number("proxy-next-upstream-tries", 0, TRIES));
    }

    private boolean isTriedOnce() {
        String conditions = from.text("proxy-next-upstream");
        if (!conditions.matches("(off|(error|timeout)( +(error|timeout))*)?")) {
            from.invalid("proxy-next-upstream", "off or \"error timeout\"");
        }
        return conditions.equals("off");
    }

    private Settings.Rates rates() {
        int burst = from.number("limit-burst-multiplier", 1, BURST);
        List<AddressRange> exempt = new ArrayList<>();
        for (String name : List.of("limit-allowlist", "limit-whitelist")) {
            for (String part : from.list(name)) {
                AddressRange range = AddressRange.parse(part);
                if (range == null) {
                    from.invalid(name, "a list of addresses or ranges");
                } else {
                    exempt.add(range);
                }
            }
        }
        return new Settings.Rates(
                from.number("limit-rps", 0, 0),
                from.number("limit-rpm", 0, 0),
                from.number("limit-connections", 0, 0),
                burst,
                exempt);
    }

    private Settings.Access access() {
        String listed = from.has("whitelist-source-range") ? "whitelist" : "allowlist";
        List<AddressRange> denied = ranges("denylist-source-range");
        boolean both = from.has("allowlist-source-range");
        List<AddressRange> allowed = ranges((both ? "allowlist" : listed) + "-source-range");
        Settings.Password password = password();
        ExternalAuthReader external = new ExternalAuthReader(from, namespace);
        ExternalAuth asked = external.read();
        refusal = external.refusal().isEmpty() ? refusal : external.refusal();
        ClientAuth.Rule certificates = new ClientAuthReader(from, namespace).read();
        return new Settings.Access(allowed, denied, password, asked, certificates, satisfiesAny());
    }

    private boolean satisfiesAny() {
        String wanted = from.text("satisfy");
        if (!wanted.matches("(any|all)?")) {
            from.invalid("satisfy", "any or all");
        }
        return wanted.equals("any");
    }

    /// A list that cannot be read lets nobody in: who wrote it meant to keep somebody out.
    private List<AddressRange> ranges(String name) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String part : from.list(name)) {
            AddressRange range = AddressRange.parse(part);
            if (range == null) {
                from.invalid(name, "a list of addresses or ranges");
                refusal = name + " cannot be read";
                return List.of();
            }
            ranges.add(range);
        }
        return ranges;
    }

    private Settings.@Nullable Password password() {
        String type = from.text("auth-type");
        String secret = from.text("auth-secret");
        String realm = from.text("auth-realm");
        String form = from.text("auth-secret-type");
        if (type.isEmpty()) {
            return null;
        }
        if (!type.equals("basic")) {
            from.invalid("auth-type", "basic");
            refusal = "auth-type " + type + " is not supported";
            return null;
        }
        ObjectKey key = name(secret);
        if (key == null || !key.namespace().equals(namespace)) {
            from.invalid("auth-secret", "the name of a Secret of the same namespace");
            refusal = "auth-secret names no Secret";
            return null;
        }
        return new Settings.Password(key, form.equals("auth-map"), realm);
    }

    /// `name` or `namespace/name`; null for an empty text.
    private @Nullable ObjectKey name(String text) {
        if (text.isEmpty()) {
            return null;
        }
        int slash = text.indexOf('/');
        return slash < 0
                ? ObjectKey.of(namespace, text)
                : ObjectKey.of(text.substring(0, slash), text.substring(slash + 1));
    }

    private Settings.Outgoing outgoing() {
        String wanted = from.text("backend-protocol");
        BackendProtocol protocol =
                wanted.isEmpty() ? BackendProtocol.HTTP : BackendProtocol.find(wanted);
        if (protocol == null) {
            from.invalid("backend-protocol", "HTTP, HTTPS, GRPC or GRPCS");
            protocol = BackendProtocol.HTTP;
        }
        ObjectKey headers = name(from.text("custom-headers"));
        if (headers != null && !headers.namespace().equals(namespace)) {
            from.invalid("custom-headers", "a ConfigMap of the same namespace");
            headers = null;
        }
        return new Settings.Outgoing(
                protocol,
                from.text("upstream-vhost"),
                from.text("x-forwarded-prefix"),
                headers,
                from.list("server-alias").stream().map(a -> a.toLowerCase(Locale.ROOT)).toList(),
                from.bool("service-upstream", false),
                tls());
    }

    /// Who asks for certificates to be looked at gets no answer rather than one of anybody.
    private Settings.Tls tls() {
        ObjectKey secret = name(from.text("proxy-ssl-secret"));
        if (secret != null && !secret.namespace().equals(namespace)) {
            from.invalid("proxy-ssl-secret", "the name of a Secret of the same namespace");
            refusal = "proxy-ssl-secret names no Secret";
            secret = null;
        }
        boolean verifies = from.onOff("proxy-ssl-verify", false);
        if (verifies && secret == null && refusal.isEmpty()) {
            from.invalid("proxy-ssl-verify", "off where proxy-ssl-secret is absent");
            refusal = "proxy-ssl-verify has no proxy-ssl-secret";
        }
        return new Settings.Tls(
                from.text("proxy-ssl-name"),
                from.onOff("proxy-ssl-server-name", false),
                verifies,
                secret);
    }

    private Settings.@Nullable CanaryRule canary() {
        boolean isCanary = from.bool("canary", false);
        int total = Math.max(WEIGHTS, from.number("canary-weight-total", 1, WEIGHTS));
        Settings.CanaryRule rule =
                new Settings.CanaryRule(
                        from.number("canary-weight", 0, 0),
                        total,
                        from.text("canary-by-header"),
                        from.text("canary-by-header-value"),
                        pattern("canary-by-header-pattern"),
                        from.text("canary-by-cookie"));
        return isCanary ? rule : null;
    }

    private @Nullable Regex pattern(String name) {
        String text = from.text(name);
        try {
            return text.isEmpty() ? null : Regex.compile(text);
        } catch (IllegalArgumentException e) {
            from.invalid(name, "a regular expression");
            return null;
        }
    }

    private Settings.@Nullable Cors cors() {
        boolean enabled = from.bool("enable-cors", false);
        List<String> origins = from.list("cors-allow-origin");
        String methods = checked("cors-allow-methods", METHODS, "a list of methods");
        String headers = checked("cors-allow-headers", HEADERS, "a list of headers");
        Settings.Cors cors =
                new Settings.Cors(
                        origins.isEmpty() ? List.of("*") : origins,
                        methods.isEmpty() ? CORS_METHODS : methods,
                        headers.isEmpty() ? CORS_HEADERS : headers,
                        checked("cors-expose-headers", EXPOSED, "a list of headers, or *"),
                        from.bool("cors-allow-credentials", true),
                        Integer.toString(from.number("cors-max-age", 0, 1_728_000)));
        return enabled ? cors : null;
    }

    private Settings.@Nullable Affinity affinity() {
        String type = from.text("affinity");
        String name = checked("session-cookie-name", COOKIE_NAME, "the name of a cookie");
        String path = checked("session-cookie-path", COOKIE_PATH, "a path");
        Boolean secure =
                from.text("session-cookie-secure").isEmpty()
                        ? null
                        : Boolean.valueOf(from.bool("session-cookie-secure", false));
        String age = checked("session-cookie-max-age", SECONDS, "a number of seconds");
        String expires = checked("session-cookie-expires", SECONDS, "a number of seconds");
        String domain = checked("session-cookie-domain", "[A-Za-z0-9.-]+", "a domain");
        String site = checked("session-cookie-samesite", SITES, "None, Lax or Strict");
        // Clients prefer Max-Age where both are there, and it asks for no clock.
        String attributes =
                attribute("Max-Age", age.isEmpty() ? expires : age)
                        + attribute("Domain", domain)
                        + attribute("SameSite", site)
                        + "; HttpOnly";
        from.ignore(List.of("affinity-mode", "session-cookie-change-on-failure"));
        if (type.isEmpty()) {
            return null;
        }
        if (!type.equals("cookie")) {
            from.invalid("affinity", "cookie");
            return null;
        }
        return new Settings.Affinity(
                name.isEmpty() ? "INGRESSCOOKIE" : name, attributes, path, secure);
    }

    private String hashBy() {
        String text = from.text("upstream-hash-by");
        if (!Variables.areKnown(text)) {
            from.invalid("upstream-hash-by", "made of variables that are known");
            return "";
        }
        return text;
    }

    private Settings.@Nullable Pages pages() {
        String service = from.text("default-backend");
        Set<Integer> codes = new TreeSet<>();
        for (String code : from.list("custom-http-errors")) {
            if (code.matches("[45][0-9][0-9]")) {
                codes.add(Integer.valueOf(code));
            } else {
                from.invalid("custom-http-errors", "a list of statuses from 400 to 599");
            }
        }
        if (service.isEmpty() && !codes.isEmpty()) {
            from.invalid("default-backend", "the name of a Service that shows pages of errors");
        }
        return service.isEmpty() ? null : new Settings.Pages(codes, service);
    }

    private static String attribute(String name, String value) {
        return value.isEmpty() ? "" : "; " + name + "=" + value;
    }

    /// The text of an annotation; empty where it is not of the form.
    private String checked(String annotation, String form, String wanted) {
        String value = from.text(annotation);
        if (!value.isEmpty() && !value.matches(form)) {
            from.invalid(annotation, wanted);
            return "";
        }
        return value;
    }
}
