package kat.controllers.garbage;

import java.util.LinkedHashSet;
import java.util.Set;

/// The last so many uids of objects that were seen to go. Their dependents can be judged even when
/// their kind is no longer served.
///
/// **Threads:** any.
final class RecentUids {

    private final int most;
    private final Set<String> uids = new LinkedHashSet<>(); // guarded by this

    RecentUids(int most) {
        this.most = most;
    }

    synchronized void add(String uid) {
        uids.add(uid);
        if (uids.size() > most) {
            uids.remove(uids.iterator().next());
        }
    }

    synchronized boolean contains(String uid) {
        return uids.contains(uid);
    }
}
