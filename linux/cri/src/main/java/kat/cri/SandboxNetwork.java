package kat.cri;

import java.util.List;

/// Puts sandboxes on the cluster's pod network where the runtime itself knows another one.
///
/// **Errors:** [ContainerRuntimeException].
///
/// **Threads:** safe for any number of threads.
public interface SandboxNetwork {

    /// Gives a new sandbox a device and addresses, in place of those it has.
    ///
    /// @param namespace file of its network namespace
    void attach(String sandboxId, String namespace);

    /// Takes them back; harmless when repeated.
    ///
    /// @param namespace file of its network namespace; empty or absent when that is gone
    void detach(String sandboxId, String namespace);

    /// The sandbox's addresses, the primary one first; empty when it has none.
    List<String> addresses(String sandboxId);
}
