package kat.api.cel;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.cel.Costs.Rule;
import kat.api.cel.Functions.Table;
import org.jspecify.annotations.Nullable;

/// Addresses of the web and their parts.
///
/// **Source:** `apiserver/pkg/cel/library/urls.go`.
final class UrlFunctions {

    private static final String TYPE = "kubernetes.URL";

    private UrlFunctions() {}

    private record Url(URI uri) implements Values.Opaque {
        @Override
        public String typeName() {
            return TYPE;
        }
    }

    static void addTo(Table table) {
        table.put(
                "url(string):" + TYPE,
                Rule.TRAVERSE_FIRST,
                a -> {
                    Url found = parse((String) a[0]);
                    if (found == null) {
                        throw new CelException(
                                "URL parse error during conversion from string: " + a[0]);
                    }
                    return found;
                });
        table.put("isURL(string):bool", Rule.TRAVERSE_FIRST, a -> parse((String) a[0]) != null);
        table.put(TYPE + "|getScheme():string", a -> text(uri(a[0]).getScheme()));
        table.put(TYPE + "|getHost():string", a -> host(uri(a[0])));
        table.put(TYPE + "|getHostname():string", a -> hostname(uri(a[0])));
        table.put(
                TYPE + "|getPort():string",
                a -> uri(a[0]).getPort() < 0 ? "" : String.valueOf(uri(a[0]).getPort()));
        table.put(TYPE + "|getEscapedPath():string", a -> text(uri(a[0]).getRawPath()));
        table.put(TYPE + "|getQuery():map<string,list<string>>", a -> query(uri(a[0])));
    }

    private static URI uri(Object url) {
        return ((Url) url).uri();
    }

    private static String text(@Nullable String part) {
        return part == null ? "" : part;
    }

    private static String host(URI uri) {
        String whole = text(uri.getRawAuthority());
        return whole.substring(whole.indexOf('@') + 1);
    }

    private static String hostname(URI uri) {
        String host = text(uri.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /// Only whole addresses and absolute paths are taken.
    private static @Nullable Url parse(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/") ? new Url(uri) : null;
        } catch (URISyntaxException notOne) {
            return null;
        }
    }

    private static Map<String, List<String>> query(URI uri) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (String part : text(uri.getRawQuery()).split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = decoded(equals < 0 ? part : part.substring(0, equals));
                String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
                found.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
            }
        }
        return found;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return text;
        }
    }
}
