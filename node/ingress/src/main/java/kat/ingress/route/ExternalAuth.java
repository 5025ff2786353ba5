package kat.ingress.route;

import java.util.List;
import java.util.Locale;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Who is asked whether requests may pass, and how.
///
/// @param method of the question; empty for GET
/// @param signIn where a client that must sign in is sent; empty for nowhere
/// @param redirectParameter of `signIn`, that holds what the client wanted
/// @param responseHeaders of a good answer, which the servers get in place of the client's own
/// @param requestRedirect value of `X-Auth-Request-Redirect`; empty for path and query
/// @param headers a ConfigMap of further headers of the question; null for none
/// @param alwaysSetsCookie whether cookies go with answers of every status
///
/// **Source:** ingress-nginx, "External Authentication".
public record ExternalAuth(
        ServerUrl url,
        String method,
        String signIn,
        String redirectParameter,
        List<String> responseHeaders,
        String requestRedirect,
        @Nullable ObjectKey headers,
        boolean alwaysSetsCookie) {

    public ExternalAuth {
        responseHeaders = List.copyOf(responseHeaders);
    }

    /// Path and query of the question.
    public String target(Asked asked) {
        return Variables.expand(url.target(), asked);
    }

    /// What `X-Auth-Request-Redirect` says.
    public String redirect(Asked asked) {
        return requestRedirect.isEmpty() ? asked.uri() : Variables.expand(requestRedirect, asked);
    }

    /// Where a client that is not signed in is sent, with what it wanted unless the URL says
    /// that already.
    public String signInLocation(Asked asked) {
        String wanted = Variables.expand(signIn, asked);
        int query = signIn.indexOf('?');
        String parameter = redirectParameter + "=";
        if (query >= 0) {
            for (String each : signIn.substring(query + 1).split("&", -1)) {
                if (each.startsWith(parameter)) {
                    return wanted;
                }
            }
        }
        return wanted
                + (query < 0 ? "?" : "&")
                + parameter
                + asked.scheme()
                + "://"
                + asked.authority()
                + Variables.escaped(asked.uri());
    }

    /// Whether a header of a client could be taken for one that the answer gives: servers often
    /// read `_` and `-` alike.
    public boolean isGiven(String header) {
        String name = plain(header);
        for (String each : responseHeaders) {
            if (plain(each).equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static String plain(String header) {
        return header.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
