package kat.dns;

/// Numbers of the protocol.
///
/// **Source:** RFC 1035 §3.2, §4.1; RFC 2782 (SRV), RFC 3596 (AAAA), RFC 6891 (OPT).
final class Dns {

    static final int A = 1;
    static final int NS = 2;
    static final int CNAME = 5;
    static final int SOA = 6;
    static final int PTR = 12;
    static final int TXT = 16;
    static final int AAAA = 28;
    static final int SRV = 33;
    static final int OPT = 41;

    static final int CLASS_IN = 1;

    static final int NO_ERROR = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NO_SUCH_NAME = 3;
    static final int NOT_IMPLEMENTED = 4;
    static final int REFUSED = 5;
    static final int BAD_VERSION = 16;

    static final int HEADER_BYTES = 12;
    static final int FLAG_RESPONSE = 0x8000;
    static final int FLAG_AUTHORITATIVE = 0x0400;
    static final int FLAG_TRUNCATED = 0x0200;
    static final int FLAG_RECURSION_DESIRED = 0x0100;
    static final int FLAG_RECURSION_AVAILABLE = 0x0080;
    static final int FLAG_CHECKING_DISABLED = 0x0010;
    static final int OPCODE_SHIFT = 11;
    static final int OPCODE_MASK = 0x0f;
    static final int RCODE_MASK = 0x0f;

    /// What every receiver takes over UDP.
    static final int PLAIN_UDP_BYTES = 512;

    /// The most KAT sends and asks for over UDP; larger answers go over TCP.
    static final int MOST_UDP_BYTES = 1232;

    static final int MOST_MESSAGE_BYTES = 65_535;

    private Dns() {}
}
