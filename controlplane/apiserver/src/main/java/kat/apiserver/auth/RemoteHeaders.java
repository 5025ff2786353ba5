package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The headers by which a front proxy names the user for whom it speaks.
///
/// **Source:** `apiserver/pkg/authentication/request/headerrequest`.
public final class RemoteHeaders {

    private static final String USER = "x-remote-user";
    private static final String UID = "x-remote-uid";
    private static final String GROUP = "x-remote-group";
    private static final String EXTRA = "x-remote-extra-";

    private RemoteHeaders() {}

    /// Null when they name nobody.
    static @Nullable User user(Credentials credentials) {
        String name = credentials.header(USER);
        if (name.isEmpty()) {
            return null;
        }
        List<String> groups =
                credentials.headers(GROUP).stream().filter(each -> !each.isEmpty()).toList();
        SequencedMap<String, List<String>> extra = new TreeMap<>();
        for (Map.Entry<String, String> header : credentials.allHeaders()) {
            String lower = header.getKey().toLowerCase(Locale.ROOT);
            if (lower.startsWith(EXTRA)) {
                String key = decoded(lower.substring(EXTRA.length()));
                extra.put(key, credentials.headers(lower));
            }
        }
        return new User(name, credentials.header(UID), groups, extra).signedIn();
    }

    /// A key of `extra` as a header's name holds it. One that is not well encoded is
    /// taken as it is.
    public static String decoded(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return key;
        }
    }
}
