package kat.ingress.route;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Reads the annotations of [ExternalAuth]. What cannot be read lets nobody in.
///
/// **Threads:** one.
final class ExternalAuthReader {

    private static final String URL = "auth-url";
    private static final String CACHE_DURATION = "auth-cache-duration";
    private static final String USUAL_DURATION = "200 202 401 5m";

    /// What nginx keeps where a time stands alone.
    private static final List<String> USUAL_STATUSES = List.of("200", "301", "302");

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /// What decides how long a message is, or belongs to a connection.
    private static final Set<String> OF_MESSAGES =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private final Annotations from;
    private final String namespace;
    private String refusal = "";

    ExternalAuthReader(Annotations from, String namespace) {
        this.from = from;
        this.namespace = namespace;
    }

    /// Why nobody is let in; empty for no reason.
    String refusal() {
        return refusal;
    }

    /// Null when nobody is to be asked, or who it is cannot be read.
    @Nullable ExternalAuth read() {
        String text = from.text(URL);
        String method = from.text("auth-method").toUpperCase(Locale.ROOT);
        String signIn = from.text("auth-signin");
        String parameter = from.text("auth-signin-redirect-param");
        String redirect = from.text("auth-request-redirect");
        List<String> headers = from.list("auth-response-headers");
        String sent = from.text("auth-proxy-set-headers");
        ExternalAuth.Cache cache = cache();
        boolean alwaysSetsCookie = from.bool("auth-always-set-cookie", false);
        if (!from.has(URL)) {
            return null;
        }
        ServerUrl url = ServerUrl.parse(text);
        if (url == null) {
            refuse(URL, "an http or https URL whose host is fixed or $host");
        }
        if (!method.isEmpty() && !METHODS.contains(method)) {
            refuse("auth-method", "a method of HTTP");
        }
        if (!signIn.matches("[!-~&&[^\"'\\\\<>]]*")) {
            refuse("auth-signin", "a URL");
        }
        if (!parameter.matches("[A-Za-z0-9_.~-]*")) {
            refuse("auth-signin-redirect-param", "the name of a parameter");
        }
        if (!redirect.matches("[!-~&&[^\"'\\\\<>]]*")) {
            refuse("auth-request-redirect", "a URL or a path");
        }
        if (!headers.stream().allMatch(ExternalAuthReader::isHeader)) {
            refuse("auth-response-headers", "a list of headers that say nothing of the message");
        }
        ObjectKey map = map(sent);
        return url == null || !refusal.isEmpty()
                ? null
                : new ExternalAuth(
                        url,
                        method,
                        signIn,
                        parameter.isEmpty() ? "rd" : parameter,
                        headers,
                        redirect,
                        map,
                        alwaysSetsCookie,
                        cache);
    }

    /// Without a key that can be read, each request is asked about.
    private ExternalAuth.@Nullable Cache cache() {
        String key = from.text("auth-cache-key");
        Map<Integer, Integer> durations = new TreeMap<>();
        String text = from.text(CACHE_DURATION);
        for (String part : (text.isEmpty() ? USUAL_DURATION : text).split(",", -1)) {
            if (!addDuration(part.strip(), durations)) {
                from.invalid(CACHE_DURATION, "a list such as \"200 202 10m, 401 5m\"");
                return null;
            }
        }
        if (!Variables.areKnown(key)) {
            from.invalid("auth-cache-key", "made of variables that are known");
            return null;
        }
        return key.isEmpty() ? null : new ExternalAuth.Cache(key, durations);
    }

    /// @param part statuses, or `any`, and a time
    /// @return whether it could be read
    private static boolean addDuration(String part, Map<Integer, Integer> durations) {
        String[] words = part.split(" +", -1);
        int seconds = Annotations.seconds(words[words.length - 1]);
        if (seconds < 0) {
            return false;
        }
        List<String> statuses = List.of(words).subList(0, words.length - 1);
        for (String status : statuses.isEmpty() ? USUAL_STATUSES : statuses) {
            if (!status.matches("any|[1-5][0-9][0-9]")) {
                return false;
            }
            durations.putIfAbsent(status.equals("any") ? 0 : Integer.parseInt(status), seconds);
        }
        return true;
    }

    private void refuse(String annotation, String wanted) {
        from.invalid(annotation, wanted);
        refusal = annotation + " cannot be read";
    }

    static boolean isHeader(String name) {
        return name.matches("[A-Za-z0-9_-]+")
                && !OF_MESSAGES.contains(name.toLowerCase(Locale.ROOT));
    }

    private @Nullable ObjectKey map(String text) {
        if (text.isEmpty()) {
            return null;
        }
        int slash = text.indexOf('/');
        if (slash >= 0 && !text.substring(0, slash).equals(namespace)) {
            refuse("auth-proxy-set-headers", "a ConfigMap of the same namespace");
            return null;
        }
        return ObjectKey.of(namespace, text.substring(slash + 1));
    }
}
