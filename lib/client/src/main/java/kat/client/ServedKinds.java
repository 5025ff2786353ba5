package kat.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import kat.api.Kind;
import kat.api.KindTable;

/// The kinds that a server has at the moment: custom resources come and go, and so do the groups
/// that it passes on to other servers.
///
/// **Threads:** any.
public interface ServedKinds {

    KindTable now();

    /// Calls back whenever [#now] gives another table. The callback must be quick.
    ///
    /// @return ends the calls
    Runnable onChange(Runnable callback);

    /// Versions of groups whose servers cannot be asked, as `GROUP/VERSION`, in order. What was
    /// known of their kinds stands in [#now] still.
    default List<String> away() {
        return List.of();
    }

    /// Whether another server has the kind's objects.
    default boolean isForeign(Kind kind) {
        return false;
    }

    /// Each resource once, in the version that clients prefer.
    default List<Kind> resources() {
        List<Kind> kinds = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Kind kind : now().all()) {
            if (seen.add(kind.resource())) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    /// Kinds that stay as they are.
    static ServedKinds fixed(KindTable kinds) {
        return of(() -> kinds, _ -> () -> {});
    }

    /// Tells whom to call, and gives what ends the calls.
    @FunctionalInterface
    interface Subscription {
        Runnable begin(Runnable callback);
    }

    static ServedKinds of(Supplier<KindTable> table, Subscription subscription) {
        return new ServedKinds() {
            @Override
            public KindTable now() {
                return table.get();
            }

            @Override
            public Runnable onChange(Runnable callback) {
                return subscription.begin(callback);
            }
        };
    }
}
