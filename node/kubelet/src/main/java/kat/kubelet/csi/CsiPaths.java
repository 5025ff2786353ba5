package kat.kubelet.csi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Where the parts of volumes lie below the kubelet's folder, as Kubernetes has it.
///
/// **Source:** `pkg/volume/csi/csi_attacher.go`, `csi_mounter.go`, `csi_block.go`.
record CsiPaths(Path root) {

    private static final Path OF_PODS = Path.of("kubernetes.io~csi");

    Path plugins() {
        return root.resolve("plugins");
    }

    Path pods() {
        return root.resolve("pods");
    }

    /// Holds a folder for each volume of a pod with files.
    Path volumes(String uid) {
        return pods().resolve(uid).resolve("volumes").resolve(OF_PODS);
    }

    /// Holds a link for each volume of a pod that is a device.
    Path deviceLinks(String uid) {
        return pods().resolve(uid).resolve("volumeDevices").resolve(OF_PODS);
    }

    /// Where the files of a volume appear.
    static Path mount(Path volume) {
        return volume.resolve("mount");
    }

    /// Holds a folder for each driver with folders of staged volumes.
    Path staged() {
        return plugins().resolve("kubernetes.io").resolve("csi");
    }

    /// Where a volume is made ready for all pods.
    Path staged(String driver, String handle) {
        return staged().resolve(driver).resolve(sha256(handle)).resolve("globalmount");
    }

    Path devices() {
        return staged().resolve("volumeDevices");
    }

    Path stagedDevice(String name) {
        return devices().resolve("staging").resolve(name);
    }

    Path publishedDevice(String name, String uid) {
        return devices().resolve("publish").resolve(name).resolve(uid);
    }

    /// Holds what is known of a volume that is a device.
    Path deviceData(String name) {
        return devices().resolve(name).resolve("data");
    }

    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
