package kat.kubelet.spec;

import java.util.function.BooleanSupplier;
import kat.api.json.JsonObject;

/// Whether what is mounted below a read-only mount is read-only too. Who asks for it and would not
/// get it gets no container: a mount below could be written, which nobody would see.
///
/// **Source:** `resolveRecursiveReadOnly` in `pkg/kubelet/kubelet_pods.go`; KEP-3857.
public final class RecursiveReadOnly {

    private RecursiveReadOnly() {}

    /// @param mount a member of `volumeMounts`
    /// @param supported whether the runtime can do it; asked only where it matters
    public static boolean wanted(JsonObject mount, BooleanSupplier supported) throws ConfigFault {
        String mode = mount.string("recursiveReadOnly", "Disabled");
        if (mode.equals("Disabled")) {
            return false;
        }
        String asked =
                "volume \"" + mount.string("name") + "\" requested recursive read-only mode, but ";
        if (!mount.bool("readOnly")) {
            throw new ConfigFault(asked + "it is not read-only");
        }
        String propagation = mount.string("mountPropagation", "None");
        if (!propagation.equals("None")) {
            throw new ConfigFault(
                    asked + "it is not compatible with propagation \"" + propagation + "\"");
        }
        boolean can = supported.getAsBoolean();
        if (!can && mode.equals("Enabled")) {
            throw new ConfigFault(asked + "it is not supported by the runtime");
        }
        return can;
    }
}
