package kat.cri;

/// A port of the host that leads to one of the sandbox.
///
/// @param hostPort 0 for none
/// @param hostIp empty for every address of the host
public record PortMapping(Protocol protocol, int containerPort, int hostPort, String hostIp) {

    /// The transport protocol of a mapped port.
    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }
}
