package kat.store;

import kat.store.testing.StoreContract;

class MemoryStoreTest extends StoreContract {

    @Override
    protected Store open() {
        return new MemoryStore();
    }
}
