/// Storage drivers of a node as roles, and the Container Storage Interface v1 behind them: how a
/// plug-in makes itself known, and what a kubelet asks of a driver.
///
/// Read [kat.csi.Plugins] first, then [kat.csi.NodePlugin] with its requests. `UnixPlugins` speaks
/// over Unix sockets; [kat.csi.testing.TestDriver] is a whole driver for tests.
///
/// Nothing here knows an API object, a pod, or where a kubelet keeps its folders, and no type of
/// gRPC or protobuf appears in a public signature.
@NullMarked
package kat.csi;

import org.jspecify.annotations.NullMarked;
