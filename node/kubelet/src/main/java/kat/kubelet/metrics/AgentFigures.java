package kat.kubelet.metrics;

import java.util.List;
import java.util.function.ToDoubleFunction;
import kat.api.KubernetesVersion;
import kat.kubelet.volumes.Fill;

/// The kubelet about itself, as `/metrics` tells it. What containers use is not in it, so that
/// the runtime need not be asked for that.
///
/// @param node its name
/// @param served how many pods it takes care of
/// @param pods how many have a sandbox that runs
/// @param containers how many run
/// @param claims how full their volumes are
/// @param ends of containers since the kubelet started
public record AgentFigures(
        String node,
        int served,
        int pods,
        int containers,
        List<ClaimUse> claims,
        ContainerEnds ends) {

    private static final String GAUGE = "gauge";

    public AgentFigures {
        claims = List.copyOf(claims);
    }

    /// In the text format of Prometheus.
    public String text() {
        Exposition out = new Exposition();
        out.family("kubelet_node_name", GAUGE, "[ALPHA] The node's name. The count is always 1.")
                .sample("kubelet_node_name", List.of("node", node), 1, 0);
        out.family(
                        "kubelet_desired_pods",
                        GAUGE,
                        "[ALPHA] The number of pods the kubelet is being instructed to run.")
                .sample("kubelet_desired_pods", List.of("static", ""), served, 0);
        out.family(
                        "kubelet_running_pods",
                        GAUGE,
                        "[STABLE] Number of pods that have a running pod sandbox")
                .sample("kubelet_running_pods", List.of(), pods, 0);
        out.family(
                        "kubelet_running_containers",
                        GAUGE,
                        "[ALPHA] Number of containers currently running")
                .sample(
                        "kubelet_running_containers",
                        List.of("container_state", "running"),
                        containers,
                        0);
        out.family(
                        "kubernetes_build_info",
                        GAUGE,
                        "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.")
                .sample(
                        "kubernetes_build_info",
                        List.of("git_version", KubernetesVersion.TEXT),
                        1,
                        0);
        ends.write(out);
        if (!claims.isEmpty()) {
            VOLUMES.forEach(each -> write(out, each, claims));
        }
        return out.toString();
    }

    /// A figure of the volumes of claims.
    private record OfVolume(String name, String help, ToDoubleFunction<Fill> value) {}

    /// **Source:** `pkg/kubelet/metrics/collectors/volume_stats.go`.
    private static final List<OfVolume> VOLUMES =
            List.of(
                    new OfVolume(
                            "capacity_bytes",
                            "Capacity in bytes of the volume",
                            fill -> fill.bytes().total()),
                    new OfVolume(
                            "available_bytes",
                            "Number of available bytes in the volume",
                            fill -> fill.bytes().available()),
                    new OfVolume(
                            "used_bytes",
                            "Number of used bytes in the volume",
                            fill -> fill.bytes().used()),
                    new OfVolume(
                            "inodes",
                            "Maximum number of inodes in the volume",
                            fill -> fill.inodes().total()),
                    new OfVolume(
                            "inodes_free",
                            "Number of free inodes in the volume",
                            fill -> fill.inodes().available()),
                    new OfVolume(
                            "inodes_used",
                            "Number of used inodes in the volume",
                            fill -> fill.inodes().used()));

    private static void write(Exposition out, OfVolume figure, List<ClaimUse> claims) {
        String name = "kubelet_volume_stats_" + figure.name();
        out.family(name, GAUGE, "[ALPHA] " + figure.help());
        for (ClaimUse use : claims) {
            List<String> labels =
                    List.of(
                            "namespace",
                            use.claim().namespace(),
                            "persistentvolumeclaim",
                            use.claim().name());
            out.sample(name, labels, figure.value().applyAsDouble(use.fill()), 0);
        }
    }
}
