package kat.kubelet;

import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.KubernetesVersion;
import kat.base.Check;
import kat.kubelet.settings.NodeSettings;

/// How a node is.
///
/// @param nodeName of the Node object, and its host name
/// @param address of the node, IPv4
/// @param secondAddress of the node, IPv6; empty where there is one family
/// @param root folder of what the kubelet keeps, absolute
/// @param logs folder of the containers' logs, absolute
/// @param clusterDns addresses of the cluster's name servers; empty for none
/// @param clusterDomain for example `cluster.local`
/// @param resolvConf the file that tells the machine's own name servers
/// @param cgroupRoot path below which the pods' control groups are made, for example
///     `/kat/default`; empty leaves control groups to the runtime
/// @param labels further labels of the Node object
/// @param settings what was set by a KubeletConfiguration
/// @param podRanges addresses of pods on this node, for example `10.244.0.0/24`, one range of each
///     family; none when a controller gives them
/// @param version of the kubelet, for example `v1.36.0`
public record KubeletConfig(
        String nodeName,
        String address,
        String secondAddress,
        Path root,
        Path logs,
        List<String> clusterDns,
        String clusterDomain,
        Path resolvConf,
        String cgroupRoot,
        SequencedMap<String, String> labels,
        NodeSettings settings,
        List<String> podRanges,
        String version) {

    public KubeletConfig {
        Check.argument(root.isAbsolute(), "the kubelet's folder must be an absolute path");
        Check.argument(logs.isAbsolute(), "the folder of logs must be an absolute path");
        clusterDns = List.copyOf(clusterDns);
        podRanges = List.copyOf(podRanges);
        labels = new TreeMap<>(labels);
    }

    /// A node that keeps everything below `root`.
    public static KubeletConfig of(String nodeName, String address, Path root) {
        return new KubeletConfig(
                nodeName,
                address,
                "",
                root,
                root.resolve("logs"),
                List.of(),
                "cluster.local",
                Path.of("/etc/resolv.conf"),
                "",
                new TreeMap<>(),
                NodeSettings.USUAL,
                List.of(),
                KubernetesVersion.TEXT);
    }

    public KubeletConfig withDns(List<String> servers, String domain) {
        return new KubeletConfig(
                nodeName,
                address,
                secondAddress,
                root,
                logs,
                servers,
                domain,
                resolvConf,
                cgroupRoot,
                labels,
                settings,
                podRanges,
                version);
    }

    public KubeletConfig withCgroupRoot(String value) {
        return new KubeletConfig(
                nodeName,
                address,
                secondAddress,
                root,
                logs,
                clusterDns,
                clusterDomain,
                resolvConf,
                value,
                labels,
                settings,
                podRanges,
                version);
    }

    public KubeletConfig withPodRanges(List<String> value) {
        return new KubeletConfig(
                nodeName,
                address,
                secondAddress,
                root,
                logs,
                clusterDns,
                clusterDomain,
                resolvConf,
                cgroupRoot,
                labels,
                settings,
                value,
                version);
    }

    public KubeletConfig withSecondAddress(String value) {
        return new KubeletConfig(
                nodeName,
                address,
                value,
                root,
                logs,
                clusterDns,
                clusterDomain,
                resolvConf,
                cgroupRoot,
                labels,
                settings,
                podRanges,
                version);
    }

    /// Of each family, IPv4 first.
    List<String> addresses() {
        return secondAddress.isEmpty() ? List.of(address) : List.of(address, secondAddress);
    }

    public KubeletConfig withLabels(SequencedMap<String, String> value) {
        return new KubeletConfig(
                nodeName,
                address,
                secondAddress,
                root,
                logs,
                clusterDns,
                clusterDomain,
                resolvConf,
                cgroupRoot,
                value,
                settings,
                podRanges,
                version);
    }

    public KubeletConfig withSettings(NodeSettings value) {
        return new KubeletConfig(
                nodeName,
                address,
                secondAddress,
                root,
                logs,
                clusterDns,
                clusterDomain,
                resolvConf,
                cgroupRoot,
                labels,
                value,
                podRanges,
                version);
    }

    /// At most so many pods.
    int maxPods() {
        return settings.maxPods();
    }
}
