package kat.ingress.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Paths of requests in one form, so that no rule is passed by another spelling: `%41` is `A`, `//`
/// is `/`, and `.` and `..` are resolved. Servers get what the client sent.
///
/// **Source:** RFC 3986 §6.2.2; nginx, `merge_slashes`.
public final class Paths {

    private static final String HEX = "0123456789ABCDEF";
    private static final String UNESCAPED = "-._~!$&'()*+,;=:@/";

    private Paths() {}

    /// The path of a request's target; null when it cannot be one.
    ///
    /// @param uri path and query
    public static @Nullable String normalize(String uri) {
        int end = uri.indexOf('?');
        String path = end < 0 ? uri : uri.substring(0, end);
        if (path.isEmpty() || path.charAt(0) != '/') {
            return null;
        }
        boolean simple =
                path.indexOf('%') < 0
                        && !path.contains("//")
                        && !path.contains("/.")
                        && path.indexOf('#') < 0;
        return simple ? path : resolved(path);
    }

    private static @Nullable String resolved(String path) {
        String decoded = decode(path);
        if (decoded == null || decoded.indexOf('\0') >= 0) {
            return null;
        }
        List<String> elements = new ArrayList<>();
        String[] parts = decoded.split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            switch (parts[i]) {
                case "", "." -> {}
                case ".." -> {
                    if (elements.isEmpty()) {
                        return null;
                    }
                    elements.removeLast();
                }
                default -> elements.add(parts[i]);
            }
        }
        String last = parts[parts.length - 1];
        boolean slash = last.isEmpty() || last.equals(".") || last.equals("..");
        String joined = "/" + String.join("/", elements);
        return slash && joined.length() > 1 ? joined + "/" : joined;
    }

    private static @Nullable String decode(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        byte[] from = path.getBytes(UTF_8);
        ByteArrayOutputStream to = new ByteArrayOutputStream(from.length);
        for (int i = 0; i < from.length; i++) {
            if (from[i] != '%') {
                to.write(from[i]);
                continue;
            }
            boolean whole = i + 2 < from.length;
            int high = whole ? Character.digit(from[i + 1], 16) : -1;
            int low = whole ? Character.digit(from[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            to.write(high << 4 | low);
            i += 2;
        }
        return to.toString(UTF_8);
    }

    /// Writes what may not stand in the path of a request line as `%XX`.
    static String encode(String text) {
        StringBuilder to = new StringBuilder(text.length());
        for (byte b : text.getBytes(UTF_8)) {
            int c = b & 0xff;
            boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
            if (letter || (c < 0x80 && UNESCAPED.indexOf(c) >= 0)) {
                to.append((char) c);
            } else {
                to.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return to.toString();
    }
}
