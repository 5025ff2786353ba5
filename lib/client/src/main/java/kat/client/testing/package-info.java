/// Doubles of what `kat.client` offers, for tests and simulation.
///
/// [kat.client.testing.ReadOnlyTransport] is an API that a test fills and components list and
/// watch; [kat.client.testing.MemoryCluster] is a cluster in a few maps, on which controllers act.
///
/// Nothing here checks objects: what a server refuses is tested against the server.
@NullMarked
package kat.client.testing;

import org.jspecify.annotations.NullMarked;
