package kat.nftables;

import java.util.List;

/// Changes to one table that take effect together or not at all.
///
/// @param table the table's name; its family is that of the [Nftables] it is applied to
/// @param changes in order
public record Transaction(String table, List<Change> changes) {

    public Transaction {
        changes = List.copyOf(changes);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }
}
