package kat.kubelet.volumes;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;

/// How a persistent volume wants to be mounted.
///
/// **Source:** `MountOptionFromSpec` and `JoinMountOptions` in `pkg/volume/util/util.go`.
final class MountOptions {

    private static final String OLDER = "volume.beta.kubernetes.io/mount-options";

    private MountOptions() {}

    /// The options in order, each once. What the older annotation says comes before the field.
    static List<String> of(KubeObject volume, boolean readOnly) {
        String older = volume.annotations().getOrDefault(OLDER, "");
        List<String> options =
                new ArrayList<>(
                        older.isEmpty()
                                ? volume.spec().array("mountOptions").strings()
                                : List.of(older.split(",", -1)));
        if (readOnly) {
            options.add("ro");
        }
        return options.stream().filter(option -> !option.isEmpty()).distinct().sorted().toList();
    }
}
