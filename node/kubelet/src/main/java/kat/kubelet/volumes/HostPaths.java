package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.json.JsonObject;

/// Volumes that are a path of the machine.
///
/// **Source:** `pkg/volume/hostpath`.
final class HostPaths {

    private HostPaths() {}

    /// The path, once it is what its `type` says; made where the type asks for it.
    static Path check(JsonObject source, KubeletFolder folder) throws VolumeFault, IOException {
        Path path = folder.real(Path.of(source.string("path")));
        switch (source.string("type")) {
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                }
                require(Files.isDirectory(path), path, "a directory");
            }
            case "Directory" -> require(Files.isDirectory(path), path, "a directory");
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                }
                require(Files.isRegularFile(path), path, "a file");
            }
            case "File" -> require(Files.isRegularFile(path), path, "a file");
            case "Socket" -> require(isOfType(path, 0140000), path, "a socket file");
            case "CharDevice" -> require(isOfType(path, 0020000), path, "a character device");
            case "BlockDevice" -> require(isOfType(path, 0060000), path, "a block device");
            default -> {}
        }
        return path;
    }

    private static boolean isOfType(Path path, int type) throws IOException {
        return Files.exists(path)
                && ((int) Files.getAttribute(path, "unix:mode") & 0170000) == type;
    }

    private static void require(boolean holds, Path path, String what) throws VolumeFault {
        if (!holds) {
            throw new VolumeFault("hostPath type check failed: " + path + " is not " + what);
        }
    }
}
