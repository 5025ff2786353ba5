package kat.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/// Decides from a request's head alone whether it comes from the dashboard's own page.
///
/// - A name that was made to mean this machine (DNS rebinding): `Host` must be one of loopback.
/// - Another page that sends requests or opens WebSockets: `Origin`, `Sec-Fetch-Site`, and a
///   header that only the page's own scripts can set.
/// - A page of a pod that is reached through the API: no proxied paths, but for what the page
///   reads of Prometheus.
/// - Another program of this machine: a session, see [Sessions].
///
/// @param port the one listened on
record Guard(int port) {

    /// What the page's own scripts send with each request.
    static final String HEADER = "x-kat-console";

    private static final Pattern API = Pattern.compile("/(api|apis|openapi|version)(/.*)?");
    private static final Pattern PROXY =
            Pattern.compile("/api/v1/(namespaces/[^/]+/)?(pods|services|nodes)/[^/]+/proxy(/.*)?");
    /// What Prometheus answers to the page's own questions: figures, never a page.
    private static final Pattern FIGURES =
            Pattern.compile(
                    "/api/v1/namespaces/[a-z0-9-]+/services/[a-z0-9:-]+/proxy/api/v1/"
                            + "(query|query_range|labels|series|label/[a-zA-Z0-9_]+/values)");

    private static final Set<String> OWN_SITE = Set.of("", "same-origin", "none");

    /// What a request is.
    enum Kind {
        /// For a file of the page.
        PAGE,
        /// For the cluster's API.
        API,
        /// Refused.
        FOREIGN,
        /// For nothing that is here.
        UNKNOWN
    }

    Kind judge(Head head) {
        if (!isOwnHost(head.header("host")) || !isOwnOrigin(head)) {
            return Kind.FOREIGN;
        }
        String path = head.path();
        if (path.startsWith("/dashboard/") || path.equals("/dashboard") || path.equals("/")) {
            boolean isSafe = head.isRead() || isOwnScript(head);
            return isSafe ? Kind.PAGE : Kind.FOREIGN;
        }
        boolean asksForFigures =
                head.isRead() && !head.wantsSocket() && FIGURES.matcher(path).matches();
        if (!API.matcher(path).matches() || (leadsElsewhere(path) && !asksForFigures)) {
            return Kind.UNKNOWN;
        }
        return isOwnScript(head) ? Kind.API : Kind.FOREIGN;
    }

    /// Escapes and steps back could hide a proxied path.
    private static boolean leadsElsewhere(String path) {
        try {
            String plain =
                    URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)
                            .replace('\\', '/');
            return plain.contains("/..") || plain.contains("//") || PROXY.matcher(plain).matches();
        } catch (IllegalArgumentException noEscape) {
            return true;
        }
    }

    private boolean isOwnHost(String host) {
        return Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port).contains(host);
    }

    private static boolean isOwnOrigin(Head head) {
        String origin = head.header("origin");
        boolean named = head.headers().stream().anyMatch(h -> h.getKey().equals("origin"));
        return (!named || origin.equals("http://" + head.header("host")))
                && OWN_SITE.contains(head.header("sec-fetch-site"));
    }

    /// Browsers let no page set headers of a WebSocket, but name its origin.
    private static boolean isOwnScript(Head head) {
        return head.wantsSocket()
                ? head.header("origin").equals("http://" + head.header("host"))
                : !head.header(HEADER).isEmpty();
    }
}
