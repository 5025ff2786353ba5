package kat.ingress.route;

import java.util.List;
import java.util.Locale;
import java.util.Map;
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
/// @param cache of answers; null where every request is asked about
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
        boolean alwaysSetsCookie,
        @Nullable Cache cache) {

    public ExternalAuth {
        responseHeaders = List.copyOf(responseHeaders);
    }

    /// Which answers count for later requests.
    ///
    /// @param key requests for which it says the same share an answer; holds variables of nginx
    /// @param durations seconds by status; status 0 stands for all others
    public record Cache(String key, Map<Integer, Integer> durations) {
        public Cache {
            durations = Map.copyOf(durations);
        }

        /// How long an answer of a status counts; 0 for not at all.
        public int seconds(int status) {
            return durations.getOrDefault(status, durations.getOrDefault(0, 0));
        }

        /// What requests share an answer by.
        public String key(Asked asked) {
            return Variables.key(key, asked);
        }
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
