package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.Status;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.User;
import kat.apiserver.http.Request;

/// A user who acts as another, where the headers ask for that and permissions allow each part.
///
/// | header | permission to `impersonate` |
/// |---|---|
/// | `Impersonate-User` | `users`, or `serviceaccounts` in their namespace |
/// | `Impersonate-Group` | `groups` |
/// | `Impersonate-Uid` | `uids.authentication.k8s.io` |
/// | `Impersonate-Extra-KEY` | `userextras/KEY.authentication.k8s.io` |
///
/// **Source:** `apiserver/pkg/endpoints/filters/impersonation`.
final class Impersonation {

    private static final String EXTRA = "impersonate-extra-";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String ACCOUNTS = "system:serviceaccounts";
    private static final String GROUP = "authentication.k8s.io";

    private final User user;
    private final Authorizer authorizer;

    private Impersonation(User user, Authorizer authorizer) {
        this.user = user;
        this.authorizer = authorizer;
    }

    static User of(Request request, User user, Authorizer authorizer) {
        String name = request.header("impersonate-user");
        String uid = request.header("impersonate-uid");
        List<String> groups = request.headers("impersonate-group");
        SequencedMap<String, List<String>> extra = extra(request);
        if (name == null || name.isEmpty()) {
            if (!groups.isEmpty() || uid != null || !extra.isEmpty()) {
                throw Status.internalError("impersonation without the name of a user")
                        .asException();
            }
            return user;
        }
        Impersonation rights = new Impersonation(user, authorizer);
        String[] account = account(name);
        if (account.length == 0) {
            rights.require("", "users", "", "", name);
        } else {
            rights.require("", "serviceaccounts", "", account[0], account[1]);
        }
        groups.forEach(group -> rights.require("", "groups", "", "", group));
        extra.forEach(
                (key, values) ->
                        values.forEach(v -> rights.require(GROUP, "userextras", key, "", v)));
        if (uid != null) {
            rights.require(GROUP, "uids", "", "", uid);
        }
        return new User(name, uid == null ? "" : uid, groups(name, account, groups), extra);
    }

    private static List<String> groups(String name, String[] account, List<String> asked) {
        List<String> groups = new ArrayList<>(asked);
        if (groups.isEmpty() && account.length > 0) {
            groups.add(ACCOUNTS);
            groups.add(ACCOUNTS + ":" + account[0]);
        }
        String all = name.equals(User.ANONYMOUS.name()) ? User.UNAUTHENTICATED : User.AUTHENTICATED;
        if (!groups.contains(User.AUTHENTICATED) && !groups.contains(User.UNAUTHENTICATED)) {
            groups.add(all);
        }
        return groups;
    }

    /// Namespace and name of a service account; empty for another user.
    private static String[] account(String name) {
        String[] parts =
                name.startsWith(ACCOUNT)
                        ? name.substring(ACCOUNT.length()).split(":", -1)
                        : new String[0];
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? parts
                : new String[0];
    }

    private static SequencedMap<String, List<String>> extra(Request request) {
        SequencedMap<String, List<String>> extra = new TreeMap<>();
        for (Map.Entry<String, String> header : request.allHeaders()) {
            String lower = header.getKey().toLowerCase(Locale.ROOT);
            if (lower.startsWith(EXTRA)) {
                extra.put(decoded(lower.substring(EXTRA.length())), request.headers(lower));
            }
        }
        return extra;
    }

    /// A key that is not well encoded is taken as it is.
    private static String decoded(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return key;
        }
    }

    private void require(
            String group, String resource, String subresource, String namespace, String name) {
        Action action =
                new Action("impersonate", group, "v1", resource, subresource, namespace, name, "");
        Authorizer.Decision decision = authorizer.authorize(user, action);
        if (!decision.allowed()) {
            throw Forbidden.of(user, action, decision.reason()).asException();
        }
    }
}
