package kat.apiserver.rest;

import kat.apiserver.http.Request;
import kat.store.Store;

/// Says which requests must see everything that was acknowledged before they came, also through
/// another API server on the same store. Only a shared store has anything to wait for.
///
/// | request | waits |
/// |---|---|
/// | writes, reads without a resourceVersion | always |
/// | reads with one | when it has not been reached here |
/// | reads with `resourceVersion=0` | never |
/// | paths that are no resources, health among them | never |
///
/// Since the wait comes first, who the user is and what they may do is seen just as fresh.
///
/// **Threads:** any; [#await] blocks.
///
/// **Source:** the feature ConsistentListFromCache of Kubernetes.
final class Freshness {

    private final Store store;

    Freshness(Store store) {
        this.store = store;
    }

    /// Whether `request` has to wait; never for a store of this process alone.
    boolean isWanted(Request request) {
        if (!store.isShared()) {
            return false;
        }
        Query query = Query.parse(request.rawQuery());
        RequestInfo info = RequestInfo.of(request.method(), request.path(), query);
        boolean reads =
                switch (info.verb()) {
                    case "get", "list", "watch" -> true;
                    default -> false;
                };
        return info.isResource() && (!reads || isNewer(query.get("resourceVersion")));
    }

    /// What is no number is refused later.
    private boolean isNewer(String version) {
        if (version.isEmpty()) {
            return true;
        }
        try {
            return Long.parseUnsignedLong(version) > store.revision();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// @throws kat.store.StoreException when the store does not answer
    void await() {
        store.awaitNewest();
    }
}
