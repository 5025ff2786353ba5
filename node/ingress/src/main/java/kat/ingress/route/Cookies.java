package kat.ingress.route;

import org.jspecify.annotations.Nullable;

/// Reads the header `Cookie`.
public final class Cookies {

    private Cookies() {}

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
