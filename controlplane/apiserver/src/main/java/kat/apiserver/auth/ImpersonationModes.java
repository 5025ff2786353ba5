package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import kat.api.StatusException;
import kat.api.names.Names;
import kat.apiserver.auth.Authorizer.Action;
import org.jspecify.annotations.Nullable;

/// Decides whether a user may act as another. The constrained ways are tried first, each of which
/// also asks for what is to be done in the other's name; then the one that came before them.
///
/// | way | as whom |
/// |---|---|
/// | `associated-node` | the node of the asking service account's pod |
/// | `arbitrary-node` | any node |
/// | `serviceaccount` | a service account |
/// | `user-info` | anybody else, but not in `system:masters` |
/// | before | anybody |
///
/// Each needs the permission `impersonate:WAY` on every part: `nodes`, `serviceaccounts`, `users`,
/// `groups`, `uids` and `userextras`; the last needs `impersonate`.
/// A constrained way also asks for `impersonate-on:WAY:VERB` on what the request is about. What the
/// first way that fits refuses is told.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `apiserver/pkg/endpoints/filters/impersonation/mode.go`, KEP-5284.
public final class ImpersonationModes {

    private static final String GROUP = "authentication.k8s.io";
    private static final String NODE = "system:node:";
    private static final String NODES = "system:nodes";
    private static final String NODE_NAME = "authentication.kubernetes.io/node-name";

    private final Authorizer authorizer;
    private final List<Mode> modes =
            List.of(
                    new Mode("associated-node", ImpersonationModes::isOwnNode),
                    new Mode("arbitrary-node", (_, wanted) -> isOnlyNode(wanted)),
                    new Mode("serviceaccount", (_, wanted) -> isOnlyAccount(wanted)),
                    new Mode("user-info", (_, wanted) -> isOther(wanted)));

    /// @param fits whether who asks can become who is wanted in this way at all
    private record Mode(String name, BiPredicate<User, User> fits) {}

    public ImpersonationModes(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /// @param wanted as the headers name it
    /// @param action what is to be done in the other's name
    /// @return the other with the groups that such users have
    /// @throws StatusException with reason Forbidden
    public User become(User asking, User wanted, Action action) {
        StatusException first = null;
        for (Mode mode : modes) {
            if (mode.fits().test(asking, wanted)) {
                try {
                    return constrained(mode, asking, wanted, action);
                } catch (StatusException refused) {
                    first = first == null ? refused : first;
                }
            }
        }
        try {
            return new ImpersonationCheck(authorizer, asking, "impersonate", "")
                    .check(wanted, account(wanted.name()), null);
        } catch (StatusException refused) {
            throw first == null ? refused : first;
        }
    }

    private User constrained(Mode mode, User asking, User wanted, Action action) {
        boolean ownNode = mode.name().equals("associated-node");
        User told = ownNode ? anywhere(asking) : asking;
        ImpersonationCheck check =
                new ImpersonationCheck(authorizer, told, "impersonate:" + mode.name(), GROUP);
        check.require(action.withVerb("impersonate-on:" + mode.name() + ":" + action.verb()));
        String node = node(wanted.name());
        if (node == null) {
            return check.check(wanted, account(wanted.name()), null);
        }
        return check.check(withGroups(wanted, List.of(NODES)), null, ownNode ? "*" : node);
    }

    /// A service account of whose place only is told what is known of it: the answer is the same
    /// on every node.
    private static User anywhere(User asking) {
        return new User(
                asking.name(),
                asking.uid(),
                asking.groups(),
                new TreeMap<>(
                        Map.of(
                                "authentication.kubernetes.io/associated-node-keys",
                                List.copyOf(asking.extra().sequencedKeySet()))));
    }

    private static User withGroups(User user, List<String> groups) {
        return new User(user.name(), user.uid(), groups, new TreeMap<>(user.extra()));
    }

    private static boolean isOwnNode(User asking, User wanted) {
        String node = node(wanted.name());
        return node != null
                && isOnlyName(wanted)
                && account(asking.name()) != null
                && asking.extra().getOrDefault(NODE_NAME, List.of()).equals(List.of(node));
    }

    private static boolean isOnlyNode(User wanted) {
        return isOnlyName(wanted) && node(wanted.name()) != null;
    }

    private static boolean isOnlyAccount(User wanted) {
        return isOnlyName(wanted) && account(wanted.name()) != null;
    }

    private static boolean isOther(User wanted) {
        return node(wanted.name()) == null && account(wanted.name()) == null;
    }

    private static boolean isOnlyName(User user) {
        return user.uid().isEmpty() && user.groups().isEmpty() && user.extra().isEmpty();
    }

    /// Null when it is no node's.
    private static @Nullable String node(String user) {
        if (!user.startsWith(NODE)) {
            return null;
        }
        String name = user.substring(NODE.length());
        return Names.dnsSubdomain(name).isEmpty() ? name : null;
    }

    /// Null when it is no service account's.
    static @Nullable Account account(String user) {
        List<String> parts =
                user.startsWith(Account.PREFIX)
                        ? List.of(user.substring(Account.PREFIX.length()).split(":", -1))
                        : List.of();
        boolean valid =
                parts.size() == 2
                        && Names.dnsLabel(parts.get(0)).isEmpty()
                        && Names.dnsSubdomain(parts.get(1)).isEmpty();
        return valid ? new Account(parts.get(0), parts.get(1)) : null;
    }

    /// A service account, as its users' names tell it.
    record Account(String namespace, String name) {

        private static final String PREFIX = "system:serviceaccount:";
        private static final String ALL = "system:serviceaccounts";

        List<String> groups() {
            return new ArrayList<>(List.of(ALL, ALL + ":" + namespace));
        }
    }
}
