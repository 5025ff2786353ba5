package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.apiserver.registry.Sender;

/// Who makes a request.
///
/// @param name for example `system:serviceaccount:kube-system:default`
/// @param uid empty when unknown
/// @param groups in order, each once
/// @param extra what the way of signing in adds, for example the pod of a token
public record User(
        String name, String uid, List<String> groups, SequencedMap<String, List<String>> extra) {

    public static final String MASTERS = "system:masters";
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String UNAUTHENTICATED = "system:unauthenticated";

    public static final User ANONYMOUS =
            new User("system:anonymous", "", List.of(UNAUTHENTICATED), new TreeMap<>());

    public User {
        groups = List.copyOf(groups);
        extra = java.util.Collections.unmodifiableSequencedMap(new TreeMap<>(extra));
    }

    /// A user who has signed in, with the group that all such have.
    public static User of(String name, List<String> groups) {
        List<String> all = new ArrayList<>(groups);
        if (!all.contains(AUTHENTICATED)) {
            all.add(AUTHENTICATED);
        }
        return new User(name, "", all, new TreeMap<>());
    }

    /// The user of a write, as admission told of them.
    public static User of(Sender sender) {
        return new User(sender.name(), sender.uid(), sender.groups(), sender.extra());
    }

    /// This user with the group that all have who have signed in.
    public User signedIn() {
        if (isAnonymous() || groups.contains(AUTHENTICATED) || groups.contains(UNAUTHENTICATED)) {
            return this;
        }
        List<String> all = new ArrayList<>(groups);
        all.add(AUTHENTICATED);
        return new User(name, uid, all, extra);
    }

    /// A part of KAT that may do everything.
    public static User component(String name) {
        return of(name, List.of(MASTERS));
    }

    /// As admission sees the user.
    public Sender toSender() {
        return new Sender(name, uid, groups, extra);
    }

    public boolean isMaster() {
        return groups.contains(MASTERS);
    }

    public boolean isAnonymous() {
        return name.equals(ANONYMOUS.name());
    }
}
