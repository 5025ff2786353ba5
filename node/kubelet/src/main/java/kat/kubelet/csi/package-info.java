/// Volumes of drivers that speak the Container Storage Interface: how drivers make themselves
/// known to the node, what the API is told of them, and how their volumes come to pods and go.
///
/// Read [kat.kubelet.csi.NodeDrivers], which puts the parts together, then `StorageHandler`
/// (who is there), `DriverNode` (what the API is told) and `CsiVolumes` (volumes).
/// `CsiRequests` and `CsiNodeObjects` hold the decisions, which are pure; `CsiPaths` says where
/// everything lies.
///
/// Nothing here knows containers or decides when a volume is wanted.
@NullMarked
package kat.kubelet.csi;

import org.jspecify.annotations.NullMarked;
