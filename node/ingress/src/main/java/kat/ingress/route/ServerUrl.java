package kat.ingress.route;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a server outside of an Ingress' own backends is asked: an `http` or `https` URL.
///
/// @param tls whether it is `https`
/// @param host a name in lower case, an address without brackets, or a variable that stands for
///     the host of the request
/// @param port 1 to 65535; where the URL has none that of its scheme
/// @param target path and query, `/` at least; may hold variables of nginx
public record ServerUrl(boolean tls, String host, int port, String target) {

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MOST_PORT = 65_535;
    private static final Set<String> OWN_HOST = Set.of("$host", "$http_host", "$best_http_host");

    /// Null for what is no such URL, or says a user.
    static @Nullable ServerUrl parse(String text) {
        boolean tls = text.regionMatches(true, 0, HTTPS, 0, HTTPS.length());
        boolean plain = text.regionMatches(true, 0, HTTP, 0, HTTP.length());
        if ((!tls && !plain) || !text.matches("[!-~&&[^\"'\\\\<>{}#]]+")) {
            return null;
        }
        String rest = text.substring((tls ? HTTPS : HTTP).length());
        int end = rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/');
        int query = rest.indexOf('?');
        end = query >= 0 ? Math.min(end, query) : end;
        String path = rest.substring(end);
        String authority = rest.substring(0, end).toLowerCase(Locale.ROOT);
        String host = authority.replaceFirst(":[0-9]{0,5}$", "");
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        boolean isOwn = OWN_HOST.contains(host);
        if (isBracketed
                ? !isIpv6(host)
                : !isOwn && !host.matches("[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9.])?")) {
            return null;
        }
        String number = authority.substring(host.length()).replace(":", "");
        int port = tls ? HTTPS_PORT : HTTP_PORT;
        port = number.isEmpty() ? port : Integer.parseInt(number);
        return port < 1 || port > MOST_PORT
                ? null
                : new ServerUrl(
                        tls,
                        isBracketed ? host.substring(1, host.length() - 1) : host,
                        port,
                        path.startsWith("/") ? path : "/" + path);
    }

    private static boolean isIpv6(String bracketed) {
        String address = bracketed.substring(1, bracketed.length() - 1);
        try {
            return address.indexOf('%') < 0
                    && InetAddress.ofLiteral(address) instanceof Inet6Address;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /// Whether it is served at the host of the request, by another rule.
    public boolean isOwnHost() {
        return OWN_HOST.contains(host);
    }

    /// What stands in `Host`, as ingress-nginx has it: without port.
    public String hostHeader() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /// What servers are asked for in TLS; empty for an address.
    String serverName() {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+") ? "" : host;
    }
}
