package kat.store;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.base.Check;

/// Changes that are made together, at one revision, when every condition holds.
///
/// @param conditions all must hold; none means always
/// @param changes in this order; each key at most once, at least one
/// @param cause who made it, kept with what it writes
public record Transaction(List<Condition> conditions, List<Change> changes, Cause cause) {

    public Transaction {
        conditions = List.copyOf(conditions);
        changes = List.copyOf(changes);
        Check.argument(!changes.isEmpty(), "a transaction has at least one change");
        Check.argument(isUnique(changes), "a transaction changes each key at most once");
    }

    /// Writes `key`, which must stand at `modRevision` (0: must be absent).
    public static Transaction put(String key, long modRevision, Value value, Cause cause) {
        return new Transaction(
                List.of(new Condition(key, modRevision)),
                List.of(new Change.Put(key, value)),
                cause);
    }

    /// Deletes `key`, which must stand at `modRevision`.
    public static Transaction delete(String key, long modRevision, Cause cause) {
        return new Transaction(
                List.of(new Condition(key, modRevision)), List.of(new Change.Delete(key)), cause);
    }

    private static boolean isUnique(List<Change> changes) {
        if (changes.size() == 1) {
            return true;
        }
        Set<String> keys = new HashSet<>();
        for (Change change : changes) {
            if (!keys.add(change.key())) {
                return false;
            }
        }
        return true;
    }
}
