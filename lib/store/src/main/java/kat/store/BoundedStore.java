package kat.store;

/// A store that takes no more than there is memory for. Once the memory is full it refuses new
/// keys, and values that are larger than those that they replace. Only growth by [#SLACK] passes
/// as long as the room spares it: so what frees memory can still be written, as the mark on an
/// object that waits for its finalizers. Where others write to the same store, it bounds the
/// writes of this process alone.
///
/// **Source:** etcd's `--quota-backend-bytes`, behind which only reads and deletions work.
///
/// **Threads:** any.
public final class BoundedStore extends ForwardingStore {

    /// By how much a transaction may still let values grow, in bytes.
    static final long SLACK = 4096;

    private final Room room;

    public BoundedStore(Store store, Room room) {
        super(store);
        this.room = room;
    }

    /// @throws StoreFullException when there is no room for what it adds
    @Override
    public Commit commit(Transaction transaction) {
        if (!room.admits(Request.bytes(transaction)) && !isSpared(growth(transaction))) {
            throw new StoreFullException(room);
        }
        return super.commit(transaction);
    }

    private boolean isSpared(long growth) {
        return growth <= 0 || (growth <= SLACK && room.spares(growth));
    }

    /// By how many bytes the store would grow; at least [#SLACK] and one for a new key.
    private long growth(Transaction transaction) {
        long growth = 0;
        for (Change change : transaction.changes()) {
            Entry present = get(change.key());
            if (change instanceof Change.Put(String _, Value value)) {
                growth += value.bytes().length;
                growth += present == null ? SLACK + 1 : -present.bytes().length;
            } else if (present != null) {
                growth -= present.bytes().length;
            }
        }
        return growth;
    }
}
