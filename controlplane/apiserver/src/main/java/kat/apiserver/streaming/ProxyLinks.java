package kat.apiserver.streaming;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Links that lead through a proxy: those to the root of the server behind it get the proxy's path
/// before them.
///
/// **Source:** `Transport` in `k8s.io/apimachinery/pkg/util/proxy`.
final class ProxyLinks {

    private static final Pattern START = Pattern.compile("<[a-zA-Z]");
    private static final Pattern LINK =
            Pattern.compile(
                    "(\\s"
                            + "(?:href|src|action|cite|data|background|formaction|icon|longdesc|"
                            + "manifest|poster|usemap)\\s*=\\s*[\"'])(/(?!/)[^\"']*)");

    private ProxyLinks() {}

    /// @param tag from `<` to `>`; what is no start of an element stays
    /// @param prefix the proxy's path, without a slash at its end
    static String inTag(String tag, String prefix) {
        if (!START.matcher(tag).lookingAt()) {
            return tag;
        }
        return LINK.matcher(tag)
                .replaceAll(
                        link ->
                                Matcher.quoteReplacement(
                                        link.group(1) + behind(link.group(2), prefix)));
    }

    /// Where a redirect leads to: elsewhere it stays, to the same server it goes through the proxy.
    static String location(String value, URI from, String prefix) {
        try {
            URI to = from.resolve(value);
            boolean same = String.valueOf(to.getAuthority()).equals(from.getAuthority());
            if (!same || !(value.startsWith("/") || to.toString().equals(value))) {
                return value;
            }
            String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
            return behind(to.getRawPath() + query, prefix);
        } catch (IllegalArgumentException noAddress) {
            return value;
        }
    }

    private static String behind(String path, String prefix) {
        return path.startsWith(prefix) ? path : prefix + path;
    }
}
