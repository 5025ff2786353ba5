package kat.client;

import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;

/// Takes no request: tests answer those that they expect.
interface UnexpectedRequests extends Transport {

    @Override
    default Written create(Kind kind, KubeObject object, WriteOptions options) {
        throw new UnsupportedOperationException("nobody asks for that here");
    }

    @Override
    default Written update(Kind kind, KubeObject object, WriteOptions options) {
        throw new UnsupportedOperationException("nobody asks for that here");
    }

    @Override
    default Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        throw new UnsupportedOperationException("nobody asks for that here");
    }

    @Override
    default Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        throw new UnsupportedOperationException("nobody asks for that here");
    }

    @Override
    default KubeObject get(Kind kind, ObjectKey key) {
        throw new UnsupportedOperationException("nobody asks for that here");
    }

    @Override
    default ObjectList list(Kind kind, ListQuery query) {
        throw new UnsupportedOperationException("nobody asks for that here");
    }

    @Override
    default WatchStream watch(Kind kind, WatchQuery query) {
        throw new UnsupportedOperationException("nobody asks for that here");
    }
}
