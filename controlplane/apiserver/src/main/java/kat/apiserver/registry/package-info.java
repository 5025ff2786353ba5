/// What the server serves and how it lies in the store: keys, bytes, reads, writes, watches of
/// every kind alike.
///
/// Read [kat.apiserver.registry.Resource] and [kat.apiserver.registry.Resources], then
/// [kat.apiserver.registry.Reader], [kat.apiserver.registry.Writer] and
/// [kat.apiserver.registry.Deleter], [kat.apiserver.registry.WatchFeed].
///
/// Nothing here knows HTTP, users or permissions.
@NullMarked
package kat.apiserver.registry;

import org.jspecify.annotations.NullMarked;
