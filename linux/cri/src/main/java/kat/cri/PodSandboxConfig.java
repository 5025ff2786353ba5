package kat.cri;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything needed to make a pod sandbox: the network, the names and the control group that the
/// pod's containers share. `PodSandboxConfig` of CRI v1.
///
/// @param hostname empty for a pod on the machine's own network
/// @param logDirectory absolute; the log paths of containers are relative to it
/// @param runtimeHandler which of the runtime's handlers runs it; empty for the usual one
/// @param dns null to take the machine's own `/etc/resolv.conf`
public record PodSandboxConfig(
        PodSandboxMetadata metadata,
        String hostname,
        String logDirectory,
        @Nullable DnsConfig dns,
        List<PortMapping> portMappings,
        Map<String, String> labels,
        Map<String, String> annotations,
        LinuxSandboxOptions linux,
        String runtimeHandler) {

    public PodSandboxConfig {
        portMappings = List.copyOf(portMappings);
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
    }

    /// A sandbox with its identity and defaults for all else.
    public static PodSandboxConfig of(PodSandboxMetadata metadata) {
        return new PodSandboxConfig(
                metadata,
                "",
                "",
                null,
                List.of(),
                Map.of(),
                Map.of(),
                LinuxSandboxOptions.DEFAULT,
                "");
    }

    public PodSandboxConfig withHostname(String value) {
        return new PodSandboxConfig(
                metadata,
                value,
                logDirectory,
                dns,
                portMappings,
                labels,
                annotations,
                linux,
                runtimeHandler);
    }

    public PodSandboxConfig withLogDirectory(String value) {
        return new PodSandboxConfig(
                metadata,
                hostname,
                value,
                dns,
                portMappings,
                labels,
                annotations,
                linux,
                runtimeHandler);
    }

    public PodSandboxConfig withDns(@Nullable DnsConfig value) {
        return new PodSandboxConfig(
                metadata,
                hostname,
                logDirectory,
                value,
                portMappings,
                labels,
                annotations,
                linux,
                runtimeHandler);
    }

    public PodSandboxConfig withPortMappings(List<PortMapping> value) {
        return new PodSandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                value,
                labels,
                annotations,
                linux,
                runtimeHandler);
    }

    public PodSandboxConfig withLabels(Map<String, String> value) {
        return new PodSandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                portMappings,
                value,
                annotations,
                linux,
                runtimeHandler);
    }

    public PodSandboxConfig withAnnotations(Map<String, String> value) {
        return new PodSandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                portMappings,
                labels,
                value,
                linux,
                runtimeHandler);
    }

    public PodSandboxConfig withLinux(LinuxSandboxOptions value) {
        return new PodSandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                portMappings,
                labels,
                annotations,
                value,
                runtimeHandler);
    }

    public PodSandboxConfig withRuntimeHandler(String value) {
        return new PodSandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                portMappings,
                labels,
                annotations,
                linux,
                value);
    }
}
