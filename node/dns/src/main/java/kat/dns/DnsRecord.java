package kat.dns;

import java.net.InetAddress;

/// One resource record.
///
/// @param ttl seconds
record DnsRecord(DnsName name, int ttl, Data data) {

    /// What a record says.
    sealed interface Data {
        int type();
    }

    /// A or AAAA.
    record Address(InetAddress address) implements Data {
        @Override
        public int type() {
            return address.getAddress().length == 4 ? Dns.A : Dns.AAAA;
        }
    }

    /// CNAME, PTR or NS.
    record Pointer(int type, DnsName target) implements Data {}

    record Service(int priority, int weight, int port, DnsName target) implements Data {
        @Override
        public int type() {
            return Dns.SRV;
        }
    }

    record Text(String text) implements Data {
        @Override
        public int type() {
            return Dns.TXT;
        }
    }

    /// The start of a zone.
    ///
    /// @param minimum for how many seconds the absence of a name may be remembered
    record Authority(DnsName server, DnsName mailbox, long serial, int minimum) implements Data {
        @Override
        public int type() {
            return Dns.SOA;
        }
    }

    int type() {
        return data.type();
    }
}
