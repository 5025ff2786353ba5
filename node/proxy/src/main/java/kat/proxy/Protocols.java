package kat.proxy;

/// Kubernetes writes `TCP`, packet rules write `tcp`.
final class Protocols {

    private Protocols() {}

    /// TCP when nothing or something unknown is given.
    static String lower(String protocol) {
        return switch (protocol) {
            case "UDP" -> "udp";
            case "SCTP" -> "sctp";
            default -> "tcp";
        };
    }
}
