package kat.kubelet.plugins;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import kat.api.StatusException;
import kat.csi.CsiException;
import kat.csi.PluginInfo;
import kat.csi.Plugins;
import kat.kubelet.volumes.KubeletFolder;
import org.jspecify.annotations.Nullable;

/// Asks plug-ins who they are and has them taken in.
///
/// **Threads:** one at a time.
///
/// **Source:** `pkg/kubelet/pluginmanager/operationexecutor/operation_generator.go`.
public final class Registrar {

    private static final Logger LOG = System.getLogger("kat.kubelet.plugins");
    private static final String FAILED = "RegisterPlugin error -- ";

    private final Plugins plugins;
    private final Map<String, PluginHandler> handlers;
    private final KubeletFolder folder;

    /// @param handlers by the type that plug-ins say they are of
    public Registrar(Plugins plugins, Map<String, PluginHandler> handlers, KubeletFolder folder) {
        this.plugins = plugins;
        this.handlers = Map.copyOf(handlers);
        this.folder = folder;
    }

    /// Asks who is behind a socket, takes it in, and tells it so, or why not.
    ///
    /// @return null when it is not registered and is to be asked again
    public @Nullable Registered register(Path socket) {
        try {
            PluginInfo info = plugins.info(socket);
            Registered registered = handle(info, socket);
            tell(socket, "");
            LOG.log(Level.INFO, "plug-in registered type={0} name={1}", info.type(), info.name());
            return registered;
        } catch (RegistrationFault e) {
            String refusal = FAILED + e.getMessage();
            tell(socket, refusal);
            LOG.log(Level.WARNING, "plug-in refused socket={0} error={1}", socket, refusal);
        } catch (InvalidPathException e) {
            notRegistered(socket, e.getReason());
        } catch (CsiException | StatusException e) {
            notRegistered(socket, String.valueOf(e.getMessage()));
        }
        return null;
    }

    /// @throws InvalidPathException when it names no path
    private Registered handle(PluginInfo info, Path socket) throws RegistrationFault {
        PluginHandler handler = handlers.get(info.type());
        if (handler == null) {
            throw RegistrationFault.unknown(info.type(), folder.known(socket));
        }
        return handler.register(
                info, info.endpoint().isEmpty() ? socket : Path.of(info.endpoint()));
    }

    private static void notRegistered(Path socket, String reason) {
        LOG.log(Level.WARNING, "plug-in not registered socket={0} error={1}", socket, reason);
    }

    /// What was decided holds though the plug-in does not hear it.
    private void tell(Path socket, String refusal) {
        try {
            plugins.notify(socket, refusal.isEmpty(), refusal);
        } catch (CsiException e) {
            LOG.log(
                    Level.WARNING,
                    "plug-in not told of its registration socket={0} error={1}",
                    socket,
                    e.getMessage());
        }
    }
}
