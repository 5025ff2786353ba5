package kat.kubelet.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What is written beside a volume, so that whoever comes after a restart knows whose it is.
///
/// @param name of the persistent volume, or of the volume in the pod
/// @param ephemeral whether it is described in the pod and lives as long
/// @param attachment name of the VolumeAttachment; empty for a volume that is not attached
record VolumeData(String name, String driver, String handle, boolean ephemeral, String attachment) {

    private static final String FILE = "vol_data.json";
    private static final String UNFINISHED = "vol_data.json.new";

    /// Two pods use the same volume when this is equal.
    String identity() {
        return driver + "^" + handle;
    }

    /// Whoever reads meanwhile, or after a crash, finds what was written before or all of this.
    void save(Path folder, String nodeName) throws IOException {
        SequencedMap<String, String> data = new LinkedHashMap<>();
        data.put("attachmentID", attachment);
        data.put("driverName", driver);
        data.put("nodeName", nodeName);
        data.put("specVolID", name);
        data.put("volumeHandle", handle);
        data.put("volumeLifecycleMode", ephemeral ? "Ephemeral" : "Persistent");
        Path beside = folder.resolve(UNFINISHED);
        Files.writeString(beside, JsonObject.ofStrings(data) + "\n");
        Files.move(beside, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /// @return null when nothing is written there
    /// @throws IOException also when what is written makes no sense
    static @Nullable VolumeData load(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        JsonObject data = parse(file);
        return new VolumeData(
                data.string("specVolID"),
                data.string("driverName"),
                data.string("volumeHandle"),
                data.string("volumeLifecycleMode").equals("Ephemeral"),
                data.string("attachmentID"));
    }

    private static JsonObject parse(Path file) throws IOException {
        try {
            if (Json.parse(Files.readAllBytes(file)) instanceof JsonObject data) {
                return data;
            }
        } catch (JsonException e) {
            throw new IOException("failed to parse volume data file [" + file + "]", e);
        }
        throw new IOException("failed to parse volume data file [" + file + "]");
    }

    static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(UNFINISHED));
        Files.deleteIfExists(folder.resolve(FILE));
    }
}
