package kat.ingress.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// The variables of nginx that charts use in annotations. Others stay as they are written.
///
/// **Source:** nginx, "Alphabetical index of variables"; ingress-nginx, `nginx.tmpl`.
final class Variables {

    private static final String UNRESERVED = "-_.~!'()*";
    private static final String NONE = "";

    private Variables() {}

    /// The text with what the variables stand for; what they stand for is not looked into.
    static String expand(String text, Asked asked) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int end = text.charAt(at) == '$' ? nameEnd(text, at + 1) : at + 1;
            String name = text.substring(at, end);
            out.append(end > at + 1 ? valueOf(name, asked) : name);
            at = end;
        }
        return out.toString();
    }

    private static int nameEnd(String text, int start) {
        int end = start;
        while (end < text.length() && isOfName(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isOfName(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static String valueOf(String name, Asked asked) {
        return switch (name) {
            case "$request_uri" -> asked.uri();
            case "$escaped_request_uri" -> escaped(asked.uri());
            case "$uri" -> asked.path();
            case "$args", "$query_string" -> query(asked.uri());
            case "$host", "$best_http_host" -> asked.host();
            case "$http_host" -> asked.authority();
            case "$scheme", "$pass_access_scheme" -> asked.scheme();
            case "$request_method" -> asked.method();
            case "$remote_addr" -> asked.address().getHostAddress();
            default -> name;
        };
    }

    private static String query(String uri) {
        int start = uri.indexOf('?');
        return start < 0 ? NONE : uri.substring(start + 1);
    }

    /// All but unreserved characters as `%` and two digits.
    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (byte each : text.getBytes(ISO_8859_1)) {
            char c = (char) (each & 0xff);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || UNRESERVED.indexOf(c) >= 0;
            if (plain) {
                out.append(c);
            } else {
                out.append('%').append(String.format("%02X", (int) c));
            }
        }
        return out.toString();
    }
}
