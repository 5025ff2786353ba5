package kat.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Where one cluster keeps its things: a folder of its own below KAT's home, readable by its owner
/// alone.
///
/// | file or folder | holds |
/// |---|---|
/// | `config.json` | what was chosen at the first start |
/// | `pki/` | certificates and keys |
/// | `store/` | every object |
/// | `node/` | the private containerd, images, volumes |
/// | `volumes/` | what pods keep in volumes of the default storage class |
/// | `addons/` | what programs of add-ons keep |
/// | `run/` | process id, progress; of no use after a reboot |
/// | `server.log` | what the server says |
///
/// @param folder of the cluster
public record ClusterFiles(Path folder) {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    public static ClusterFiles of(Path home, String name) {
        return new ClusterFiles(home.toAbsolutePath().normalize().resolve(name));
    }

    public Path config() {
        return folder.resolve("config.json");
    }

    public Path pki() {
        return folder.resolve("pki");
    }

    public Path store() {
        return folder.resolve("store");
    }

    public Path node() {
        return folder.resolve("node");
    }

    /// What pods keep in volumes of the default storage class.
    public Path volumes() {
        return folder.resolve("volumes");
    }

    /// What programs of add-ons keep, in a folder each.
    public Path addons() {
        return folder.resolve("addons");
    }

    /// Charts that came with a bundle.
    public Path charts() {
        return folder.resolve("charts");
    }

    public Path run() {
        return folder.resolve("run");
    }

    public Path pid() {
        return run().resolve("pid");
    }

    public Path progress() {
        return run().resolve("progress");
    }

    public Path log() {
        return folder.resolve("server.log");
    }

    public Path adminKubeconfig() {
        return folder.resolve("admin.kubeconfig");
    }

    /// The administrator's kubeconfig with a bearer token in place of the client certificate.
    public Path tokenKubeconfig() {
        return folder.resolve("token.kubeconfig");
    }

    public boolean exists() {
        return Files.exists(config());
    }

    /// Makes the folders that are not there yet.
    public void create() throws IOException {
        Files.createDirectories(folder.getParent() == null ? folder : folder.getParent());
        for (Path each : new Path[] {folder, pki(), run(), node()}) {
            if (!Files.isDirectory(each)) {
                Files.createDirectory(each, OWNER_ONLY);
            }
        }
    }

    /// What the person behind `sudo` may look at: state, address and log, but neither
    /// keys nor objects.
    public List<Path> forPerson() {
        return List.of(
                folder,
                config(),
                run(),
                pid(),
                progress(),
                log(),
                adminKubeconfig(),
                tokenKubeconfig());
    }

    /// Makes a file that its owner alone may read, unless it is there.
    public static Path privateFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, OWNER_ONLY_FILE);
        }
        return file;
    }

    /// What was chosen at the first start; null before that.
    ///
    /// @throws ClusterConfig.ConfigException when the file was damaged
    public @Nullable ClusterConfig readConfig() {
        try {
            Json tree = Json.parse(Files.readAllBytes(config()));
            return tree instanceof JsonObject object
                    ? ClusterConfig.parse(object, ClusterConfig.DEFAULTS)
                    : null;
        } catch (NoSuchFileException absent) {
            return null;
        } catch (JsonException damaged) {
            throw new ClusterConfig.ConfigException(
                    config() + " is not JSON: " + damaged.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + config(), e);
        }
    }

    public void writeConfig(ClusterConfig config) throws IOException {
        writePrivately(config(), config.toJson().toBytes());
    }

    /// Replaces a file in one step; nobody but the owner may read it, at no time.
    public static void writePrivately(Path file, byte[] content) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        Path fresh =
                Files.createTempFile(parent, "." + file.getFileName(), ".tmp", OWNER_ONLY_FILE);
        try {
            Files.write(fresh, content, StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
