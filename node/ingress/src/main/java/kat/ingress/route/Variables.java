package kat.ingress.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The variables of nginx that charts use in annotations. Others stay as they are written.
///
/// **Source:** nginx, "Alphabetical index of variables"; ingress-nginx, `nginx.tmpl`.
final class Variables {

    private static final String UNRESERVED = "-_.~!'()*";
    private static final String NONE = "";
    private static final String HEADER = "http_";
    private static final String COOKIE = "cookie_";
    private static final String ARGUMENT = "arg_";

    private Variables() {}

    /// The text with what the variables stand for; what they stand for is not looked into.
    static String expand(String text, Asked asked) {
        return replace(
                text,
                name -> {
                    String value = valueOf(name, asked);
                    return value == null ? "$" + name : value;
                });
    }

    /// As [#expand], with each value told apart from what stands beside it: two requests have
    /// the same text only where all their values are the same.
    static String key(String text, Asked asked) {
        return replace(text, name -> "\0" + valueOf(name, asked) + "\0");
    }

    /// Whether all variables of a text are known.
    static boolean areKnown(String text) {
        return replace(text, name -> isKnown(name) ? NONE : "\0").indexOf('\0') < 0;
    }

    private static boolean isKnown(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "request_uri",
                    "escaped_request_uri",
                    "uri",
                    "args",
                    "query_string",
                    "host",
                    "best_http_host",
                    "scheme",
                    "pass_access_scheme",
                    "request_method",
                    "remote_addr",
                    "remote_user" ->
                    true;
            default -> isNamed(name, HEADER) || isNamed(name, COOKIE) || isNamed(name, ARGUMENT);
        };
    }

    private static boolean isNamed(String name, String prefix) {
        return name.length() > prefix.length()
                && name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    /// @param value of a variable, by its name without `$`
    private static String replace(String text, UnaryOperator<String> value) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            boolean isBraced = text.startsWith("${", at);
            int start = isBraced ? at + 2 : at + 1;
            int end = text.charAt(at) == '$' ? nameEnd(text, start) : at;
            boolean isName = end > start && (!isBraced || text.startsWith("}", end));
            if (isName) {
                out.append(value.apply(text.substring(start, end)));
                at = isBraced ? end + 1 : end;
            } else {
                out.append(text.charAt(at));
                at++;
            }
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
        return c == '_'
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9');
    }

    /// Null for one that is not known.
    private static @Nullable String valueOf(String name, Asked asked) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "request_uri" -> asked.uri();
            case "escaped_request_uri" -> escaped(asked.uri());
            case "uri" -> asked.path();
            case "args", "query_string" -> query(asked.uri());
            case "host", "best_http_host" -> asked.host();
            case "http_host" -> asked.authority();
            case "scheme", "pass_access_scheme" -> asked.scheme();
            case "request_method" -> asked.method();
            case "remote_addr" -> NetUtil.toAddressString(asked.address());
            case "remote_user" -> user(asked);
            default -> named(name, asked);
        };
    }

    private static @Nullable String named(String name, Asked asked) {
        if (isNamed(name, HEADER)) {
            return asked.header(name.substring(HEADER.length()).replace('_', '-'));
        }
        if (isNamed(name, COOKIE)) {
            return Cookies.all(asked.header("cookie"), name.substring(COOKIE.length()));
        }
        return isNamed(name, ARGUMENT)
                ? argument(query(asked.uri()), name.substring(ARGUMENT.length()))
                : null;
    }

    private static String user(Asked asked) {
        String[] given = Gate.credentials(asked.header("authorization"));
        return given == null ? NONE : given[0];
    }

    private static String argument(String query, String name) {
        for (String pair : query.split("&", -1)) {
            int end = pair.indexOf('=');
            if (end == name.length() && pair.regionMatches(true, 0, name, 0, end)) {
                return pair.substring(end + 1);
            }
        }
        return NONE;
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
