/// What a node does when its machine goes down: how it learns of that, and whose turn it is to end.
///
/// Read [kat.kubelet.shutdown.ShutdownSignal] (the role), its ways
/// [kat.kubelet.shutdown.LogindSignal] and [kat.kubelet.shutdown.FileSignal], and
/// [kat.kubelet.shutdown.ShutdownOrder] (who ends when).
///
/// Nothing here ends pods or writes to the API.
@NullMarked
package kat.kubelet.shutdown;

import org.jspecify.annotations.NullMarked;
