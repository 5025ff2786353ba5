package kat.store;

/// There is no memory left for what is new or larger: nothing was changed. Reads, deletions and
/// writes that need no more memory go on.
public final class StoreFullException extends StoreException {

    StoreFullException(Room room) {
        super(
                "the write was not made, the server's memory is full: "
                        + room
                        + "; delete what is not needed, or give the server more memory");
    }
}
