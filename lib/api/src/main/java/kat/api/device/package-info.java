/// What pods and claims for devices say of each other.
///
/// Read [kat.api.device.PodDeviceClaim].
///
/// Nothing here knows devices, nodes, or who allots what.
@NullMarked
package kat.api.device;

import org.jspecify.annotations.NullMarked;
