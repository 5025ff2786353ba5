/// Doubles of what `kat.client` offers: [kat.client.testing.ReadOnlyTransport] is an API that a
/// test fills and components list and watch.
///
/// Start with that class.
///
/// Nothing here checks objects: what a server refuses is tested against the server.
@NullMarked
package kat.client.testing;

import org.jspecify.annotations.NullMarked;
