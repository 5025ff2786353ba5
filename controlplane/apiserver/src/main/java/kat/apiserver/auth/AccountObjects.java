package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Looks up the accounts, pods, nodes and Secrets that tokens tell of.
///
/// **Threads:** any; never blocks.
public record AccountObjects(Reader reader, Resources resources) {

    private static final String ALL = "system:serviceaccounts";

    /// Null when there is none.
    @Nullable KubeObject find(Kind kind, String namespace, String name) {
        Resource resource = resources.require(kind);
        Entry entry = reader.find(resource, new ObjectKey(namespace, name));
        return entry == null ? null : resource.object(entry);
    }

    /// The user that an account is.
    static User user(
            String namespace, String name, String uid, TreeMap<String, List<String>> extra) {
        List<String> groups = new ArrayList<>(List.of(ALL, ALL + ":" + namespace));
        groups.add(User.AUTHENTICATED);
        return new User("system:serviceaccount:" + namespace + ":" + name, uid, groups, extra);
    }
}
