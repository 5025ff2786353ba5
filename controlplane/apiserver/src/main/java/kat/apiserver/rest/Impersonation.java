package kat.apiserver.rest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import kat.api.Status;
import kat.api.json.Json;
import kat.apiserver.auth.RemoteHeaders;
import kat.apiserver.auth.User;
import kat.apiserver.http.Request;
import org.jspecify.annotations.Nullable;

/// Whom a request wants to act as: the headers `Impersonate-User`, `-Group`, `-Uid` and
/// `-Extra-KEY`.
///
/// **Source:** `apiserver/pkg/endpoints/filters/impersonation/constrained_impersonation.go`.
final class Impersonation {

    private static final String PREFIX = "impersonate-";
    private static final String EXTRA = PREFIX + "extra-";

    private Impersonation() {}

    /// Null when a request speaks for who sent it.
    ///
    /// @throws kat.api.StatusException with reason BadRequest when there is no user among the parts
    static @Nullable User wanted(Request request) {
        SequencedMap<String, List<String>> extra = extra(request);
        String name = first(request, PREFIX + "user");
        String uid = first(request, PREFIX + "uid");
        List<String> groups = request.headers(PREFIX + "group");
        if (!name.isEmpty()) {
            return new User(name, uid, groups, extra);
        }
        if (!uid.isEmpty() || !groups.isEmpty() || !extra.isEmpty()) {
            throw Status.badRequest(
                            "requested &user.DefaultInfo{Name:\"\", UID:"
                                    + quoted(uid)
                                    + ", Groups:"
                                    + shown(groups)
                                    + ", Extra:"
                                    + shown(extra)
                                    + "} without impersonating a user name")
                    .asException();
        }
        return null;
    }

    private static String first(Request request, String header) {
        String value = request.header(header);
        return value == null ? "" : value;
    }

    private static SequencedMap<String, List<String>> extra(Request request) {
        SequencedMap<String, List<String>> extra = new TreeMap<>();
        for (Map.Entry<String, String> header : request.allHeaders()) {
            String lower = header.getKey().toLowerCase(Locale.ROOT);
            if (lower.startsWith(EXTRA)) {
                extra.put(
                        RemoteHeaders.decoded(lower.substring(EXTRA.length())),
                        request.headers(lower));
            }
        }
        return extra;
    }

    private static String quoted(String text) {
        return Json.of(text).toString();
    }

    private static String shown(List<String> texts) {
        if (texts.isEmpty()) {
            return "[]string(nil)";
        }
        StringJoiner shown = new StringJoiner(", ", "[]string{", "}");
        texts.forEach(text -> shown.add(quoted(text)));
        return shown.toString();
    }

    private static String shown(SequencedMap<String, List<String>> extra) {
        if (extra.isEmpty()) {
            return "map[string][]string(nil)";
        }
        StringJoiner shown = new StringJoiner(", ", "map[string][]string{", "}");
        extra.forEach((key, values) -> shown.add(quoted(key) + ":" + shown(values)));
        return shown.toString();
    }
}
