package kat.cri;

import java.nio.file.Path;

/// Writes the configuration of a private containerd, in version 2 of the format: 1.6 and 1.7 read
/// it as it is, 2.x translates it.
final class ContainerdToml {

    private ContainerdToml() {}

    /// What the machine allows.
    ///
    /// @param snapshotter `overlayfs` or `native`
    /// @param mayLowerOomScore whether a process may be given a lower `oom_score_adj`
    record Abilities(String snapshotter, boolean mayLowerOomScore) {}

    static String write(ContainerdConfig config, Abilities abilities) {
        return """
        version = 2
        root = %1$s
        state = %2$s
        oom_score = 0
        disabled_plugins = [
          "io.containerd.snapshotter.v1.aufs",
          "io.containerd.snapshotter.v1.btrfs",
          "io.containerd.snapshotter.v1.devmapper",
          "io.containerd.snapshotter.v1.zfs",
          "io.containerd.internal.v1.opt",
          "io.containerd.internal.v1.restart",
          "io.containerd.internal.v1.tracing",
          "io.containerd.tracing.processor.v1.otlp",
          "io.containerd.nri.v1.nri",
        ]

        [grpc]
        address = %3$s

        [ttrpc]
        address = %4$s

        [plugins."io.containerd.grpc.v1.cri"]
        sandbox_image = %5$s
        restrict_oom_score_adj = %6$s
        stream_server_address = "127.0.0.1"
        stream_server_port = "0"
        stats_collect_period = 30
        netns_mounts_under_state_dir = true
        tolerate_missing_hugetlb_controller = true

        [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = %7$s
        conf_dir = %8$s

        [plugins."io.containerd.grpc.v1.cri".registry]
        config_path = %9$s

        [plugins."io.containerd.grpc.v1.cri".containerd]
        snapshotter = %10$s
        default_runtime_name = "runc"

        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"

        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = %11$s
        """
                .formatted(
                        quoted(config.root()),
                        quoted(config.state()),
                        quoted(config.socket()),
                        quoted(config.home().resolve("containerd.sock.ttrpc")),
                        quoted(PauseImage.NAME),
                        !abilities.mayLowerOomScore(),
                        quoted(config.cniPluginDirectory()),
                        quoted(config.cniConfigDirectory()),
                        quoted(config.registryDirectory()),
                        quoted(abilities.snapshotter()),
                        quoted(config.state().resolve("runc")));
    }

    private static String quoted(Path path) {
        return quoted(path.toString());
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
