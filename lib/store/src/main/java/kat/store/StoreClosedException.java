package kat.store;

/// The store was closed.
public final class StoreClosedException extends StoreException {

    StoreClosedException() {
        super("the store is closed");
    }
}
