/// Drivers of storage and of devices for tests, whole enough that a node cannot tell them from
/// real ones.
///
/// Read [kat.csi.testing.TestDriver]; [kat.csi.testing.Placement] is how it makes volumes
/// appear. [kat.csi.testing.TestDeviceDriver] makes devices ready.
///
/// Nothing here knows who calls it.
@NullMarked
package kat.csi.testing;

import org.jspecify.annotations.NullMarked;
