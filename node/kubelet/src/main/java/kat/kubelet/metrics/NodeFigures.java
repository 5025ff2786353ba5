package kat.kubelet.metrics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.cri.Container;
import kat.cri.ContainerStats;
import kat.cri.CpuUsage;
import kat.cri.FilesystemUsage;
import kat.cri.InterfaceUsage;
import kat.cri.MemoryUsage;
import kat.cri.PodSandboxStats;
import kat.kubelet.spec.Labels;
import org.jspecify.annotations.Nullable;

/// What containers, pods and the machine use, as `/metrics/resource` and `/metrics/cadvisor` tell
/// it.
///
/// **Source:** `pkg/kubelet/metrics/collectors/resource_metrics.go`; cAdvisor's Prometheus metrics.
///
/// @param containers those that run
/// @param pods sandboxes that run
public record NodeFigures(Machine machine, List<Used> containers, List<PodSandboxStats> pods) {

    public static final String CONTENT_TYPE = Exposition.CONTENT_TYPE;

    private static final String GAUGE = "gauge";
    private static final double NANOS = 1e9;

    /// The machine as a whole.
    ///
    /// @param cpuNanoseconds used since it was started
    public record Machine(
            Instant now,
            long cpuNanoseconds,
            long workingSetBytes,
            int processors,
            long memoryBytes,
            String kernel,
            String osImage) {}

    /// One running container.
    public record Used(Container container, ContainerStats stats) {

        String label(String name) {
            return stats.labels().getOrDefault(name, "");
        }
    }

    public NodeFigures {
        containers = List.copyOf(containers);
        pods = List.copyOf(pods);
    }

    /// One value of each container or pod.
    private interface Value<T> {
        @Nullable Double of(T used);
    }

    /// As `/metrics/resource` has it.
    public String resources() {
        Exposition out = new Exposition();
        String cpu = "container_cpu_usage_seconds_total";
        out.family(
                cpu,
                "counter",
                "[STABLE] Cumulative cpu time consumed by the container in core-seconds");
        each(out, cpu, used -> seconds(used.stats().cpu()));
        String memory = "container_memory_working_set_bytes";
        out.family(memory, GAUGE, "[STABLE] Current working set of the container in bytes");
        each(out, memory, used -> workingSet(used.stats().memory()));
        String start = "container_start_time_seconds";
        out.family(
                start, GAUGE, "[STABLE] Start time of the container since unix epoch in seconds");
        each(out, start, NodeFigures::startSeconds);
        long now = machine.now().toEpochMilli();
        out.family(
                        "node_cpu_usage_seconds_total",
                        "counter",
                        "[STABLE] Cumulative cpu time consumed by the node in core-seconds")
                .sample(
                        "node_cpu_usage_seconds_total",
                        List.of(),
                        machine.cpuNanoseconds() / NANOS,
                        now);
        out.family(
                        "node_memory_working_set_bytes",
                        GAUGE,
                        "[STABLE] Current working set of the node in bytes")
                .sample(
                        "node_memory_working_set_bytes",
                        List.of(),
                        (double) machine.workingSetBytes(),
                        now);
        String podCpu = "pod_cpu_usage_seconds_total";
        out.family(
                podCpu,
                "counter",
                "[STABLE] Cumulative cpu time consumed by the pod in core-seconds");
        eachPod(out, podCpu, pod -> seconds(pod.cpu()));
        String podMemory = "pod_memory_working_set_bytes";
        out.family(podMemory, GAUGE, "[STABLE] Current working set of the pod in bytes");
        eachPod(out, podMemory, pod -> workingSet(pod.memory()));
        out.family(
                        "resource_scrape_error",
                        GAUGE,
                        "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise")
                .sample("resource_scrape_error", List.of(), 0, 0);
        return out.toString();
    }

    private void each(Exposition out, String name, Value<Used> value) {
        for (Used used : containers) {
            Double found = value.of(used);
            if (found != null) {
                List<String> labels =
                        List.of(
                                "container", used.label(Labels.CONTAINER_NAME),
                                "namespace", used.label(Labels.POD_NAMESPACE),
                                "pod", used.label(Labels.POD_NAME));
                out.sample(name, labels, found, machine.now().toEpochMilli());
            }
        }
    }

    private void eachPod(Exposition out, String name, Value<PodSandboxStats> value) {
        for (PodSandboxStats pod : pods) {
            Double found = value.of(pod);
            if (found != null) {
                List<String> labels =
                        List.of(
                                "namespace",
                                pod.metadata().namespace(),
                                "pod",
                                pod.metadata().name());
                out.sample(name, labels, found, machine.now().toEpochMilli());
            }
        }
    }

    /// A figure of each container.
    private record Figure(String name, String type, String help, Value<Used> value) {}

    private List<Figure> figures() {
        return List.of(
                new Figure(
                        "container_cpu_usage_seconds_total",
                        "counter",
                        "Cumulative cpu time consumed in seconds.",
                        used -> seconds(used.stats().cpu())),
                new Figure(
                        "container_fs_usage_bytes",
                        GAUGE,
                        "Number of bytes that are consumed by the container on this filesystem.",
                        used -> written(used.stats().writableLayer())),
                new Figure(
                        "container_last_seen",
                        GAUGE,
                        "Last time a container was seen by the exporter",
                        _ -> (double) machine.now().getEpochSecond()),
                new Figure(
                        "container_memory_rss",
                        GAUGE,
                        "Size of RSS in bytes.",
                        used -> memory(used.stats().memory(), MemoryUsage::rssBytes)),
                new Figure(
                        "container_memory_usage_bytes",
                        GAUGE,
                        "Current memory usage in bytes, including all memory regardless of when it"
                                + " was accessed",
                        used -> memory(used.stats().memory(), MemoryUsage::usageBytes)),
                new Figure(
                        "container_memory_working_set_bytes",
                        GAUGE,
                        "Current working set in bytes.",
                        used -> workingSet(used.stats().memory())),
                new Figure(
                        "container_start_time_seconds",
                        GAUGE,
                        "Start time of the container since unix epoch in seconds.",
                        NodeFigures::startSeconds));
    }

    /// As `/metrics/cadvisor` has it: of each container the figures that dashboards use most.
    public String cadvisor() {
        Exposition out = new Exposition();
        List<String> versions =
                List.of(
                        "cadvisorVersion", "",
                        "kernelVersion", machine.kernel(),
                        "osVersion", machine.osImage());
        out.family("cadvisor_version_info", GAUGE, "Always 1; its labels tell versions.")
                .sample("cadvisor_version_info", versions, 1, 0);
        figures().forEach(figure -> write(out, figure));
        network(
                out,
                "container_network_receive_bytes_total",
                "Cumulative count of bytes received",
                InterfaceUsage::rxBytes);
        network(
                out,
                "container_network_receive_errors_total",
                "Cumulative count of errors encountered while receiving",
                InterfaceUsage::rxErrors);
        network(
                out,
                "container_network_transmit_bytes_total",
                "Cumulative count of bytes transmitted",
                InterfaceUsage::txBytes);
        network(
                out,
                "container_network_transmit_errors_total",
                "Cumulative count of errors encountered while transmitting",
                InterfaceUsage::txErrors);
        out.family("machine_cpu_cores", GAUGE, "Number of logical CPU cores.")
                .sample("machine_cpu_cores", List.of(), machine.processors(), 0);
        out.family("machine_memory_bytes", GAUGE, "Amount of memory installed on the machine.")
                .sample("machine_memory_bytes", List.of(), (double) machine.memoryBytes(), 0);
        return out.toString();
    }

    private void write(Exposition out, Figure figure) {
        out.family(figure.name(), figure.type(), figure.help());
        for (Used used : containers) {
            Double found = figure.value().of(used);
            if (found != null) {
                List<String> labels = new ArrayList<>();
                labels.addAll(List.of("container", used.label(Labels.CONTAINER_NAME)));
                if (figure.name().contains("_cpu_usage_")) {
                    labels.addAll(List.of("cpu", "total"));
                }
                labels.addAll(
                        List.of(
                                "id", "/" + used.container().id(),
                                "image", used.container().image(),
                                "name", used.container().id(),
                                "namespace", used.label(Labels.POD_NAMESPACE),
                                "pod", used.label(Labels.POD_NAME)));
                out.sample(figure.name(), labels, found, machine.now().toEpochMilli());
            }
        }
    }

    /// One count of a network interface.
    private interface Count {
        long of(InterfaceUsage usage);
    }

    private void network(Exposition out, String name, String help, Count count) {
        out.family(name, "counter", help);
        for (PodSandboxStats pod : pods) {
            for (InterfaceUsage usage : pod.interfaces()) {
                List<String> labels =
                        List.of(
                                "container", "",
                                "id", "/" + pod.id(),
                                "image", "",
                                "interface", usage.name(),
                                "name", pod.id(),
                                "namespace", pod.metadata().namespace(),
                                "pod", pod.metadata().name());
                out.sample(name, labels, (double) count.of(usage), machine.now().toEpochMilli());
            }
        }
    }

    private static @Nullable Double seconds(@Nullable CpuUsage cpu) {
        return cpu == null ? null : cpu.usageCoreNanoseconds() / NANOS;
    }

    private static @Nullable Double workingSet(@Nullable MemoryUsage memory) {
        return memory(memory, MemoryUsage::workingSetBytes);
    }

    /// One figure of memory.
    private interface Bytes {
        @Nullable Long of(MemoryUsage memory);
    }

    private static @Nullable Double memory(@Nullable MemoryUsage memory, Bytes which) {
        Long bytes = memory == null ? null : which.of(memory);
        return bytes == null ? null : bytes.doubleValue();
    }

    private static @Nullable Double written(@Nullable FilesystemUsage layer) {
        return layer == null ? null : (double) layer.usedBytes();
    }

    private static Double startSeconds(Used used) {
        Instant made = used.container().createdAt();
        return made.getEpochSecond() + made.getNano() / NANOS;
    }
}
