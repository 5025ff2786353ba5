package kat.cri;

/// A containerd that a node's pods run in. There are two ways: [PrivateContainerd] is started,
/// watched and ended by KAT, [SharedContainerd] is somebody else's and only used.
///
/// **Errors:** every method throws [ContainerRuntimeException].
///
/// **Threads:** safe for use by any number of threads; [#start], [#stop] and [#removeAll] one at a
/// time.
public interface Containerd extends AutoCloseable {

    /// The runtime behind the socket; it answers after [#start].
    ContainerRuntime runtime();

    /// Whether [#start] found one running.
    boolean isAdopted();

    /// Returns when sandboxes can be made.
    void start();

    /// Ends what KAT started; containers go on.
    void stop();

    /// Ends every container of the cluster and removes what it left. Harmless when nothing is
    /// there.
    void removeAll();

    /// Lets go of the connection; containerd and containers go on.
    @Override
    void close();
}
