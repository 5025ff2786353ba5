/// Devices that pods claim (Dynamic Resource Allocation): which drivers are there, and how they
/// make the devices of ResourceClaims ready before a pod begins and take them back after it.
///
/// Read [kat.kubelet.dra.NodeDevices], which does it, then `DeviceDrivers` (who is there) and
/// `ClaimRecords` (what was made ready, in memory and on disk). `ClaimChecks` decides whether a
/// pod may have its claims, and is pure. [kat.kubelet.dra.CdiSpecs] stands in for runtimes that
/// do not know such devices.
///
/// Nothing here knows containers, or allots devices.
@NullMarked
package kat.kubelet.dra;

import org.jspecify.annotations.NullMarked;
