package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.StatusException;
import kat.api.names.Names;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.ImpersonationModes.Account;
import org.jspecify.annotations.Nullable;

/// Asks for each part of another user by itself: name, uid, groups, extra.
///
/// **Source:** `apiserver/pkg/endpoints/filters/impersonation/mode.go`.
final class ImpersonationCheck {

    private static final String AUTHENTICATION = "authentication.k8s.io";

    /// With so many groups or values, the permission for all of them is asked for first.
    private static final int MANY = 4;

    private final Authorizer authorizer;
    private final User asking;
    private final String verb;
    private final String group;

    /// @param group of names and groups; empty for the way before the constrained ones
    ImpersonationCheck(Authorizer authorizer, User asking, String verb, String group) {
        this.authorizer = authorizer;
        this.asking = asking;
        this.verb = verb;
        this.group = group;
    }

    /// @param account null when the user is none
    /// @param node the name to ask for; null when the user is none, or is taken for none
    /// @return the user with the groups that such users have
    User check(User wanted, @Nullable Account account, @Nullable String node) {
        if (account != null) {
            require(of(group, "serviceaccounts", "", account.namespace(), account.name()));
        } else if (node != null) {
            require(of(group, "nodes", "", "", node));
        } else {
            require(of(group, "users", "", "", wanted.name()));
        }
        if (!wanted.uid().isEmpty()) {
            require(of(AUTHENTICATION, "uids", "", "", wanted.uid()));
        }
        if (node == null) {
            groups(wanted.groups());
        }
        extra(wanted.extra());
        List<String> groups =
                account != null && wanted.groups().isEmpty()
                        ? account.groups()
                        : new ArrayList<>(wanted.groups());
        if (wanted.isAnonymous()) {
            ensure(groups, User.UNAUTHENTICATED);
        } else if (!groups.contains(User.UNAUTHENTICATED)) {
            ensure(groups, User.AUTHENTICATED);
        }
        return new User(wanted.name(), wanted.uid(), groups, wanted.extra());
    }

    private static void ensure(List<String> groups, String group) {
        if (!groups.contains(group)) {
            groups.add(group);
        }
    }

    private boolean isConstrained() {
        return !group.isEmpty();
    }

    private void groups(List<String> groups) {
        if (isConstrained()) {
            if (groups.contains("")) {
                throw refused(
                        of(group, "groups", "", "", ""),
                        "impersonating the empty string group is not allowed");
            }
            if (groups.contains(User.MASTERS)) {
                throw refused(
                        of(group, "groups", "", "", User.MASTERS),
                        "impersonating the system:masters group is not allowed");
            }
            if (groups.size() >= MANY && allows(of(group, "groups", "", "", "*"))) {
                return;
            }
        }
        groups.forEach(each -> require(of(group, "groups", "", "", each)));
    }

    private void extra(SequencedMap<String, List<String>> extra) {
        if (isConstrained()) {
            extra.forEach(this::requireWellFormed);
            int values = extra.values().stream().mapToInt(List::size).sum();
            boolean many = extra.size() >= MANY || values >= MANY;
            if (many && allows(of(AUTHENTICATION, "userextras", "*", "", "*"))) {
                return;
            }
        }
        for (Map.Entry<String, List<String>> each : new TreeMap<>(extra).entrySet()) {
            for (String value : each.getValue()) {
                require(of(AUTHENTICATION, "userextras", each.getKey(), "", value));
            }
        }
    }

    private void requireWellFormed(String key, List<String> values) {
        String why = "";
        if (key.isEmpty()) {
            why = "impersonating the empty string key in extra is not allowed";
        } else if (!fault(key).isEmpty()) {
            why = "impersonating an invalid key in extra is not allowed: extra.key: " + fault(key);
        } else if (!key.equals(key.toLowerCase(Locale.ROOT))) {
            why = "impersonating a non-lowercase key in extra is not allowed: \"" + key + "\"";
        } else if (values.isEmpty()) {
            why = "impersonating empty values in extra is not allowed";
        } else if (values.contains("")) {
            why = "impersonating the empty string value in extra is not allowed";
        }
        if (!why.isEmpty()) {
            throw refused(of(AUTHENTICATION, "userextras", "", "", ""), why);
        }
    }

    /// What is wrong with a key that shall be a host and a path; empty when nothing is.
    private static String fault(String key) {
        int slash = key.indexOf('/');
        if (slash <= 0 || slash == key.length() - 1) {
            return invalid(key, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        }
        String host = key.substring(0, slash);
        List<String> faults = new ArrayList<>(Names.dnsSubdomain(host));
        if (!faults.isEmpty()) {
            return invalid(host, faults.getFirst());
        }
        String path = key.substring(slash + 1);
        faults.addAll(Names.urlPath(path));
        return faults.isEmpty() ? "" : invalid(path, faults.getFirst());
    }

    private static String invalid(String value, String why) {
        return "Invalid value: \"" + value + "\": " + why;
    }

    private Action of(
            String groupOf, String resource, String subresource, String namespace, String name) {
        return new Action(verb, groupOf, "v1", resource, subresource, namespace, name, "");
    }

    private boolean allows(Action action) {
        return authorizer.authorize(asking, action).allowed();
    }

    /// @throws StatusException with reason Forbidden
    void require(Action action) {
        Authorizer.Decision decision = authorizer.authorize(asking, action);
        if (!decision.allowed()) {
            throw refused(action, decision.reason());
        }
    }

    private StatusException refused(Action action, String why) {
        return Forbidden.of(asking, action, why).asException();
    }
}
