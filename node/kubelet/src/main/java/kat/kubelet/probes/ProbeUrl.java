package kat.kubelet.probes;

import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where a request goes, read as leniently as Go reads it: what a path may not hold is encoded,
/// and a query is passed on as it is.
///
/// **Source:** `net/url` of Go; RFC 3986, 5.2 and 5.3.
///
/// @param scheme in lower case; empty in a reference that is relative
/// @param authority host and port as they were written; empty where there is none
/// @param path encoded
/// @param query with its question mark; empty where there is none
record ProbeUrl(String scheme, String authority, String path, String query) {

    /// Beside letters and digits, what a path may hold.
    private static final String PATH_CHARACTERS = "-._~!$&'()*+,;=:@/[]";

    private static final String HEX = "0123456789ABCDEF";

    /// The address of a probe; a path that cannot be read is taken by its letters.
    static ProbeUrl of(String scheme, String authority, String path) {
        try {
            ProbeUrl read = read(path);
            return new ProbeUrl(scheme, authority, rooted(read.path), read.query);
        } catch (URISyntaxException e) {
            String letters = path.replace("%", "%25").replace("?", "%3F").replace("#", "%23");
            return new ProbeUrl(scheme, authority, rooted(encoded(letters)), "");
        }
    }

    /// Where a `Location` leads that was answered here.
    ///
    /// @throws URISyntaxException when it cannot be read
    ProbeUrl resolve(String location) throws URISyntaxException {
        ProbeUrl next = read(location);
        if (next.isAbsolute() || !next.authority.isEmpty()) {
            String said = next.isAbsolute() ? next.scheme : scheme;
            return new ProbeUrl(said, next.authority, withoutDots(next.path), next.query);
        }
        if (next.path.isEmpty()) {
            String kept = next.query.isEmpty() ? query : next.query;
            return new ProbeUrl(scheme, authority, path, kept);
        }
        String whole =
                next.path.startsWith("/")
                        ? next.path
                        : path.substring(0, path.lastIndexOf('/') + 1) + next.path;
        return new ProbeUrl(scheme, authority, withoutDots(whole), next.query);
    }

    /// Whether it names its scheme, as opposed to one that is read at another place.
    static boolean isAbsolute(String location) throws URISyntaxException {
        return read(location).isAbsolute();
    }

    private boolean isAbsolute() {
        return !scheme.isEmpty();
    }

    /// The host without the brackets of an IPv6 address.
    String host() {
        String host = authority.substring(0, portAt());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        int at = portAt();
        if (at < authority.length() - 1) {
            return Integer.parseInt(authority.substring(at + 1));
        }
        return scheme.equals("https") ? 443 : 80;
    }

    /// Where the colon before the port stands, or would stand.
    private int portAt() {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? colon : authority.length();
    }

    /// What the request line holds.
    String target() {
        return rooted(path) + query;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority + path + query;
    }

    private static String rooted(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    private static ProbeUrl read(String text) throws URISyntaxException {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new URISyntaxException(text, "invalid control character in URL");
        }
        String rest = before(text, '#');
        String scheme = scheme(rest);
        rest = scheme.isEmpty() ? rest : rest.substring(scheme.length() + 1);
        String place = before(rest, '?');
        String query = rest.substring(place.length());
        if (!place.startsWith("/")) {
            if (!scheme.isEmpty()) {
                return new ProbeUrl(scheme, "", "", query); // leads to no host
            }
            if (before(place, '/').contains(":")) {
                throw new URISyntaxException(
                        text, "first path segment in URL cannot contain colon");
            }
        }
        String authority = "";
        if (place.startsWith("//") && (!scheme.isEmpty() || !place.startsWith("///"))) {
            String behind = place.substring(2);
            authority = before(behind, '/');
            place = behind.substring(authority.length());
        }
        return new ProbeUrl(scheme, checked(authority), encoded(place, text), query);
    }

    private static String before(String text, char end) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    private static String scheme(String text) throws URISyntaxException {
        if (text.startsWith(":")) {
            throw new URISyntaxException(text, "missing protocol scheme");
        }
        int colon = text.indexOf(':');
        boolean named = colon > 0 && text.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*");
        return named ? text.substring(0, colon).toLowerCase(Locale.ROOT) : "";
    }

    /// Without the user that it may name.
    private static String checked(String authority) throws URISyntaxException {
        String place = authority.substring(authority.lastIndexOf('@') + 1);
        if (!place.matches("([^\\[\\]:]*|\\[[^\\[\\]]*])(:[0-9]{0,5})?")) {
            throw new URISyntaxException(place, "invalid host or port");
        }
        if (place.matches(".*[ \"<>\\\\^`{|}].*")) {
            throw new URISyntaxException(place, "invalid character in host name");
        }
        return place;
    }

    /// @throws URISyntaxException when what looks encoded is not
    private static String encoded(String path, String whole) throws URISyntaxException {
        if (path.replaceAll("%[0-9A-Fa-f]{2}", "").contains("%")) {
            throw new URISyntaxException(whole, "invalid URL escape");
        }
        return encoded(path);
    }

    private static String encoded(String path) {
        StringBuilder told = new StringBuilder();
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '%');
            if (plain || PATH_CHARACTERS.indexOf(c) >= 0) {
                told.append(c);
            } else {
                told.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            }
        }
        return told.toString();
    }

    private static String withoutDots(String path) {
        if (path.isEmpty()) {
            return "";
        }
        List<String> kept = new ArrayList<>();
        List<String> segments = List.of(rooted(path).substring(1).split("/", -1));
        for (String segment : segments) {
            if (segment.equals("..")) {
                if (!kept.isEmpty()) {
                    kept.removeLast();
                }
            } else if (!segment.equals(".")) {
                kept.add(segment);
            }
        }
        String last = segments.getLast();
        boolean isFolder = last.equals(".") || last.equals("..");
        return "/" + String.join("/", kept) + (isFolder && !kept.isEmpty() ? "/" : "");
    }
}
