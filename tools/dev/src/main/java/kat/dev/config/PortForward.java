package kat.dev.config;

/// A port of this machine that leads into the cluster.
///
/// @param type such as `service` or `deployment`
/// @param namespace empty for that of the command
/// @param port a number or a name
/// @param localPort 0 for the same number, or a free one when that is taken
public record PortForward(
        String type, String name, String namespace, String port, int localPort, String address) {}
