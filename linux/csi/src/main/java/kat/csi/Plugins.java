package kat.csi;

import java.nio.file.Path;
import java.util.function.Consumer;

/// The plug-ins of a node, reached by their sockets.
///
/// **Errors:** every call may throw [CsiException].
///
/// **Threads:** any; calls block for at most a few seconds unless they say more.
///
/// **Source:** `pluginregistration/v1/api.proto` of Kubernetes.
public interface Plugins extends AutoCloseable {

    /// What the plug-in behind a registration socket says of itself.
    PluginInfo info(Path socket);

    /// Tells a plug-in whether it is registered.
    ///
    /// @param error why not; empty when it is
    void notify(Path socket, boolean registered, String error);

    /// A driver's Node service; connects at the first call.
    NodePlugin connect(Path endpoint);

    /// A driver of devices; connects at once, and again after each break.
    ///
    /// @param connected hears whether it is connected, at first and at each change; it must not
    ///     block
    DevicePlugin connectDevices(
            Path endpoint, DevicePlugin.Service service, Consumer<Boolean> connected);

    @Override
    void close();
}
