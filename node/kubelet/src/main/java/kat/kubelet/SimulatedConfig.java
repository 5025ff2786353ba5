package kat.kubelet;

import java.time.Duration;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.KubernetesVersion;
import kat.base.Check;

/// How simulated nodes are.
///
/// @param count how many; 1 to [#MOST_NODES]
/// @param prefix of their names: `node-` gives `node-0`, `node-1` …
/// @param labels further labels of each node
/// @param capacity of each node, as quantities
/// @param startDelay from a pod's binding until it runs; 0 for at once
/// @param jobDuration from the start of a Job's pod until it has succeeded
/// @param leaseRenewal how often each node renews its lease
/// @param version of the kubelet, as nodes tell it, for example `v1.36.0`
/// @param workers at most so many status writes at a time
public record SimulatedConfig(
        int count,
        String prefix,
        SequencedMap<String, String> labels,
        SequencedMap<String, String> capacity,
        Duration startDelay,
        Duration jobDuration,
        Duration leaseRenewal,
        String version,
        int workers) {

    /// Each node has 256 addresses of 10.128.0.0/9.
    public static final int MOST_NODES = 32_768;

    private static final Map<String, String> CAPACITY =
            Map.of("cpu", "32", "memory", "256Gi", "ephemeral-storage", "1Ti", "pods", "110");

    public SimulatedConfig {
        Check.argument(count >= 1 && count <= MOST_NODES, "simulated nodes: 1 to " + MOST_NODES);
        Check.argument(workers >= 1, "simulated nodes need a worker");
        labels = new TreeMap<>(labels);
        capacity = new TreeMap<>(capacity);
    }

    /// `count` large nodes whose pods run at once.
    public static SimulatedConfig of(int count) {
        return new SimulatedConfig(
                count,
                "node-",
                new TreeMap<>(),
                new TreeMap<>(CAPACITY),
                Duration.ZERO,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                KubernetesVersion.TEXT,
                8);
    }

    public SimulatedConfig withPrefix(String value) {
        return new SimulatedConfig(
                count,
                value,
                labels,
                capacity,
                startDelay,
                jobDuration,
                leaseRenewal,
                version,
                workers);
    }

    public SimulatedConfig withDelays(Duration start, Duration job) {
        return new SimulatedConfig(
                count, prefix, labels, capacity, start, job, leaseRenewal, version, workers);
    }

    String nodeName(int index) {
        return prefix + index;
    }

    /// The pod network of one node: `10.128.0.0/24` for the first.
    static String podRange(int index) {
        return "10." + (128 + index / 256) + "." + index % 256 + ".0/24";
    }
}
