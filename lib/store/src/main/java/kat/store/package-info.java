/// A store of keys and bytes that is a log of revisions: one global revision, transactions that
/// compare and set, reads at a revision, watches from any revision that was not compacted.
///
/// Read [kat.store.Store] first, then [kat.store.Transaction], [kat.store.Entry],
/// [kat.store.Event] and [kat.store.Watch]; behind them stand `Memory` (what readers see) and
/// `Draft` (what a group of transactions would change). [kat.store.Mirror] is for stores whose log
/// lies elsewhere.
///
/// Nothing here knows what a value means, nor a word of Kubernetes; the words are etcd's.
@NullMarked
package kat.store;

import org.jspecify.annotations.NullMarked;
