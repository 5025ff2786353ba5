/// What pods and claims for devices say of each other, and the expressions that select devices.
///
/// Read [kat.api.device.PodDeviceClaim], then [kat.api.device.DeviceExpression].
///
/// Nothing here knows nodes, or who allots what.
@NullMarked
package kat.api.device;

import org.jspecify.annotations.NullMarked;
