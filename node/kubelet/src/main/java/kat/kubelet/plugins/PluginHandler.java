package kat.kubelet.plugins;

import java.nio.file.Path;
import kat.csi.PluginInfo;

/// Takes in the plug-ins of one type.
///
/// **Errors:** besides what it declares, [kat.csi.CsiException] when the plug-in fails and
/// [kat.api.StatusException] when the API does.
///
/// **Threads:** one at a time.
public interface PluginHandler {

    /// Takes a plug-in in.
    ///
    /// @param endpoint the socket that serves it, as it told it
    /// @throws RegistrationFault when it is refused
    Registered register(PluginInfo info, Path endpoint) throws RegistrationFault;
}
