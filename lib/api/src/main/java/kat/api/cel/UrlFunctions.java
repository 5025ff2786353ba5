package kat.api.cel;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.cel.Functions.Table;

/// Addresses of the web and their parts.
///
/// **Source:** `apiserver/pkg/cel/library/urls.go`.
final class UrlFunctions {

    private static final String TYPE = "kubernetes.URL";

    private UrlFunctions() {}

    private record Url(RequestUri uri) implements Values.Opaque {
        @Override
        public String typeName() {
            return TYPE;
        }
    }

    static void addTo(Table table) {
        table.put(
                "url(string):" + TYPE,
                a -> {
                    RequestUri found = RequestUri.parse((String) a[0]);
                    if (found == null) {
                        throw new CelException(
                                "URL parse error during conversion from string: "
                                        + fault((String) a[0]));
                    }
                    return new Url(found);
                });
        table.put("isURL(string):bool", a -> RequestUri.parse((String) a[0]) != null);
        table.put(TYPE + "|getScheme():string", a -> uri(a[0]).scheme());
        table.put(TYPE + "|getHost():string", a -> uri(a[0]).host());
        table.put(TYPE + "|getHostname():string", a -> uri(a[0]).hostname());
        table.put(TYPE + "|getPort():string", a -> uri(a[0]).port());
        table.put(TYPE + "|getEscapedPath():string", a -> uri(a[0]).path());
        table.put(TYPE + "|getQuery():map<string,list<string>>", a -> query(uri(a[0]).query()));
    }

    /// What is wrong with an address, in the words of Go; empty when nothing is.
    static String fault(String text) {
        return RequestUri.parse(text) != null ? "" : UrlFaults.fault(text);
    }

    private static RequestUri uri(Object url) {
        return ((Url) url).uri();
    }

    private static Map<String, List<String>> query(String source) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        int fragment = source.indexOf('#');
        String asked = fragment < 0 ? source : source.substring(0, fragment);
        for (String part : asked.split("&", -1)) {
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
