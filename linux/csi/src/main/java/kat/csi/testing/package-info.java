/// A storage driver for tests, whole enough that a node cannot tell it from a real one.
///
/// Read [kat.csi.testing.TestDriver]; [kat.csi.testing.Placement] is how it makes volumes appear.
///
/// Nothing here knows who calls it.
@NullMarked
package kat.csi.testing;

import org.jspecify.annotations.NullMarked;
