package kat.cri;

import java.nio.file.Path;
import kat.base.Check;

/// Where a private containerd lives and what it works with.
///
/// @param home absolute; everything of it is below: configuration, socket, images, containers, log
/// @param program name or path of the containerd executable; its shims and runc are looked for
///     beside it and on the search path
/// @param cniConfigDirectory where the pod network is described; read anew when it changes
/// @param cniPluginDirectory where the CNI plug-ins are
public record ContainerdConfig(
        Path home, String program, Path cniConfigDirectory, Path cniPluginDirectory) {

    /// A Unix socket's path has 107 bytes, and containerd appends to ours.
    private static final int MAX_SOCKET_PATH_BYTES = 100;

    public ContainerdConfig {
        Check.argument(home.isAbsolute(), "the home of containerd must be an absolute path");
    }

    /// Debian's containerd and plug-ins, with the pod network described in `home/cni`.
    public static ContainerdConfig of(Path home) {
        return new ContainerdConfig(
                home, "containerd", home.resolve("cni"), Path.of("/usr/lib/cni"));
    }

    public ContainerdConfig withCni(Path configDirectory, Path pluginDirectory) {
        return new ContainerdConfig(home, program, configDirectory, pluginDirectory);
    }

    public ContainerdConfig withProgram(String value) {
        return new ContainerdConfig(home, value, cniConfigDirectory, cniPluginDirectory);
    }

    /// The socket on which CRI and containerd's own services answer.
    public Path socket() {
        return home.resolve("containerd.sock");
    }

    /// Where registries and their mirrors are described, one folder with a `hosts.toml` each.
    public Path registryDirectory() {
        return home.resolve("certs.d");
    }

    public Path logFile() {
        return home.resolve("containerd.log");
    }

    Path configFile() {
        return home.resolve("containerd.toml");
    }

    Path processFile() {
        return home.resolve("containerd.pid");
    }

    Path root() {
        return home.resolve("root");
    }

    Path state() {
        return home.resolve("state");
    }

    /// Empty when the paths are fit for use, else why not.
    String problem() {
        int length = socket().toString().length();
        return length <= MAX_SOCKET_PATH_BYTES
                ? ""
                : "the path "
                        + socket()
                        + " is "
                        + length
                        + " characters long; a socket's path may have "
                        + MAX_SOCKET_PATH_BYTES
                        + ", so choose a shorter home";
    }
}
