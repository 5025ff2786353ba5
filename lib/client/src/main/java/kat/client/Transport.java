package kat.client;

import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;

/// The API, as one user sees it. In the server's own process a call is a method call that shares
/// parsed objects; between machines it is HTTPS. The caller cannot tell.
///
/// Every method throws [kat.api.StatusException] when the server refuses or cannot be reached (then
/// with reason `ServiceUnavailable`).
///
/// **Threads:** any; calls block until answered.
public interface Transport {

    KubeObject get(Kind kind, ObjectKey key);

    ObjectList list(Kind kind, ListQuery query);

    /// Creates an object; its namespace and name (or `generateName`) are in its metadata. With a
    /// subresource in the options it is sent below the object of that name (`binding`, `eviction`).
    Written create(Kind kind, KubeObject object, WriteOptions options);

    /// Replaces an object, or with a subresource in the options that part of it. A resourceVersion
    /// in the object makes the write conditional.
    Written update(Kind kind, KubeObject object, WriteOptions options);

    Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options);

    Written delete(Kind kind, ObjectKey key, DeleteOptions options);

    /// Opens a watch; the stream belongs to the caller.
    WatchStream watch(Kind kind, WatchQuery query);
}
