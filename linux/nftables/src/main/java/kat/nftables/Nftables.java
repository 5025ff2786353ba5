package kat.nftables;

import java.util.List;
import java.util.SequencedMap;

/// The kernel's packet rules of one family in one network namespace. Rules and types of sets are
/// written in words of IPv4, whichever the family is.
///
/// **Threads:** safe for use by any number of threads; transactions are applied one after another.
public interface Nftables {

    /// Applies all of a transaction, or nothing of it.
    ///
    /// @throws CommandException when the kernel refuses it; then nothing has changed
    void apply(Transaction transaction) throws InterruptedException;

    /// The names of all tables of the family, KAT's and others', sorted.
    List<String> readTables() throws InterruptedException;

    /// What a set or map holds now, sorted by text; without those that have a time limit.
    ///
    /// @throws CommandException when there is no such table or set
    List<Element> readElements(String table, ElementSet set) throws InterruptedException;

    /// The elements that have a time limit, by the names of their sets. Their keys say what is left
    /// of it, for example `10.0.0.1 expires 2h59m58s`, and can be added again as they are.
    ///
    /// @return empty when there is no such table
    SequencedMap<String, List<Element>> readTimed(String table) throws InterruptedException;
}
