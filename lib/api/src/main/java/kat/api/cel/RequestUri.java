package kat.api.cel;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An address as a request line may hold it: one with a scheme, a path from the root, or `*`.
///
/// @param scheme in small letters; empty for a path
/// @param host with its port; empty when there is none
/// @param path still escaped; empty when what follows the scheme is opaque
/// @param query without the question mark
///
/// **Source:** Go's `net/url`, `ParseRequestURI`.
public record RequestUri(String scheme, String host, String path, String query) {

    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*");
    private static final Pattern PORT = Pattern.compile("(:[0-9]*)?");
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
    private static final String HOST_MARKS = "-_.~!$&'()*+,;=:[]<>\"%";

    /// The address in a text; null when it is none.
    public static @Nullable RequestUri parse(String text) {
        if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            return null;
        }
        if (text.equals("*")) {
            return new RequestUri("", "", "*", "");
        }
        int colon = text.indexOf(':');
        String start = colon < 0 ? "" : text.substring(0, colon);
        if (colon == 0) {
            return null;
        }
        String scheme = SCHEME.matcher(start).matches() ? start : "";
        String rest = scheme.isEmpty() ? text : text.substring(colon + 1);
        int mark = rest.indexOf('?');
        String query = mark < 0 ? "" : rest.substring(mark + 1);
        String hierarchy = mark < 0 ? rest : rest.substring(0, mark);
        if (!hierarchy.startsWith("/")) {
            return scheme.isEmpty() ? null : new RequestUri(lower(scheme), "", "", query);
        }
        return placed(lower(scheme), hierarchy, query);
    }

    private static String lower(String scheme) {
        return scheme.toLowerCase(java.util.Locale.ROOT);
    }

    private static @Nullable RequestUri placed(String scheme, String hierarchy, String query) {
        boolean hasHost = hierarchy.startsWith("//") && !scheme.isEmpty();
        if (!hasHost) {
            return isEscaped(hierarchy) ? new RequestUri(scheme, "", hierarchy, query) : null;
        }
        int slash = hierarchy.indexOf('/', 2);
        String authority = slash < 0 ? hierarchy.substring(2) : hierarchy.substring(2, slash);
        String path = slash < 0 ? "" : hierarchy.substring(slash);
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        return isHost(host) && isEscaped(path) ? new RequestUri(scheme, host, path, query) : null;
    }

    private static boolean isEscaped(String path) {
        return !BROKEN_ESCAPE.matcher(path).find();
    }

    private static boolean isHost(String host) {
        int end = host.startsWith("[") ? host.lastIndexOf(']') + 1 : host.lastIndexOf(':');
        if (host.startsWith("[") && end == 0) {
            return false;
        }
        String port = end < 0 ? "" : host.substring(end);
        return PORT.matcher(port).matches()
                && host.chars()
                        .allMatch(
                                c ->
                                        c >= 0x80
                                                || Character.isLetterOrDigit(c)
                                                || HOST_MARKS.indexOf(c) >= 0);
    }

    /// The host without its port and without the brackets of an IPv6 address.
    public String hostname() {
        if (host.startsWith("[")) {
            return host.substring(1, host.lastIndexOf(']'));
        }
        int colon = host.lastIndexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    /// Empty when none is given.
    public String port() {
        int colon = host.lastIndexOf(':');
        return colon < 0 || colon < host.lastIndexOf(']') ? "" : host.substring(colon + 1);
    }
}
