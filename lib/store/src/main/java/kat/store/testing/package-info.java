/// Doubles of what a store stands on. [kat.store.testing.FakeDisk] is a disk that loses, tears and
/// refuses as a real one may; a store without any disk is [kat.store.MemoryStore].
@NullMarked
package kat.store.testing;

import org.jspecify.annotations.NullMarked;
