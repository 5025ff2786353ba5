package kat.nftables;

import java.util.List;

/// The kernel's packet rules of family `ip` in one network namespace.
///
/// **Threads:** safe for use by any number of threads; transactions are applied one after another.
public interface Nftables {

    /// Applies all of a transaction, or nothing of it.
    ///
    /// @throws CommandException when the kernel refuses it; then nothing has changed
    void apply(Transaction transaction) throws InterruptedException;

    /// The names of all tables of family `ip`, KAT's and others', sorted.
    List<String> readTables() throws InterruptedException;

    /// What a set or map holds now, sorted by text; without those that have a time limit.
    ///
    /// @throws CommandException when there is no such table or set
    List<Element> readElements(String table, ElementSet set) throws InterruptedException;
}
