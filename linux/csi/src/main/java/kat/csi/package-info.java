/// Drivers of a node as roles: how a plug-in makes itself known, and what a kubelet asks of a
/// driver of storage (Container Storage Interface v1) or of devices (Dynamic Resource
/// Allocation).
///
/// Read [kat.csi.Plugins] first, then [kat.csi.NodePlugin] with its requests, and
/// [kat.csi.DevicePlugin]. `UnixPlugins` speaks over Unix sockets;
/// [kat.csi.testing.TestDriver] and [kat.csi.testing.TestDeviceDriver] are whole drivers for
/// tests.
///
/// Nothing here knows an API object, a pod, or where a kubelet keeps its folders, and no type
/// of gRPC or protobuf appears in a public signature.
@NullMarked
package kat.csi;

import org.jspecify.annotations.NullMarked;
