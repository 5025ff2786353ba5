package kat.ingress.route;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Reads the header `Cookie`.
public final class Cookies {

    private Cookies() {}

    /// The values of all cookies of a name, with `,` between; empty when none was sent.
    static String all(String header, String name) {
        StringJoiner values = new StringJoiner(",");
        for (String pair : header.split("[;,]", -1)) {
            String value = find(pair, name);
            if (value != null) {
                values.add(value);
            }
        }
        return values.toString();
    }

    /// The value of a cookie; null when it was not sent.
    ///
    /// @param header null when there is none
    public static @Nullable String find(@Nullable String header, String name) {
        if (header == null) {
            return null;
        }
        for (String pair : header.split(";", -1)) {
            String cookie = pair.strip();
            if (cookie.length() > name.length()
                    && cookie.charAt(name.length()) == '='
                    && cookie.startsWith(name)) {
                return cookie.substring(name.length() + 1);
            }
        }
        return null;
    }
}
