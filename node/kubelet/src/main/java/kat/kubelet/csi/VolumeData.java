package kat.kubelet.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What is written beside a volume, so that whoever comes after a restart knows whose it is.
///
/// @param name of the persistent volume, or of the volume in the pod
/// @param ephemeral whether it is described in the pod and lives as long
/// @param attachment name of the VolumeAttachment; empty for a volume that is not attached
record VolumeData(String name, String driver, String handle, boolean ephemeral, String attachment) {

    private static final String FILE = "vol_data.json";

    /// Two pods use the same volume when this is equal.
    String identity() {
        return driver + "^" + handle;
    }

    void save(Path folder, String nodeName) throws IOException {
        SequencedMap<String, String> data = new LinkedHashMap<>();
        data.put("attachmentID", attachment);
        data.put("driverName", driver);
        data.put("nodeName", nodeName);
        data.put("specVolID", name);
        data.put("volumeHandle", handle);
        data.put("volumeLifecycleMode", ephemeral ? "Ephemeral" : "Persistent");
        Files.writeString(folder.resolve(FILE), JsonObject.ofStrings(data) + "\n");
    }

    /// @return null when nothing is written there
    static @Nullable VolumeData load(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        if (!(Json.parse(Files.readAllBytes(file)) instanceof JsonObject data)) {
            throw new IOException("failed to parse volume data file [" + file + "]");
        }
        return new VolumeData(
                data.string("specVolID"),
                data.string("driverName"),
                data.string("volumeHandle"),
                data.string("volumeLifecycleMode").equals("Ephemeral"),
                data.string("attachmentID"));
    }

    static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(FILE));
    }
}
