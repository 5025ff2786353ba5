/// A real etcd for tests: [kat.etcd.testing.EtcdProcess].
///
/// It needs the program on the machine; tests say so and are skipped where it is missing.
///
/// Nothing here knows a store.
@NullMarked
package kat.etcd.testing;

import org.jspecify.annotations.NullMarked;
