package kat.dns;

import java.util.List;

/// What is answered to a question.
///
/// @param authority the zone's SOA where there is nothing to answer
/// @param additional addresses of names in `answers`
record DnsAnswer(
        int rcode,
        boolean isAuthoritative,
        List<DnsRecord> answers,
        List<DnsRecord> authority,
        List<DnsRecord> additional) {

    DnsAnswer {
        answers = List.copyOf(answers);
        authority = List.copyOf(authority);
        additional = List.copyOf(additional);
    }

    static DnsAnswer error(int rcode) {
        return new DnsAnswer(rcode, false, List.of(), List.of(), List.of());
    }

    static DnsAnswer of(List<DnsRecord> answers, List<DnsRecord> additional) {
        return new DnsAnswer(Dns.NO_ERROR, true, answers, List.of(), additional);
    }

    /// The name exists, but has no record of that type.
    static DnsAnswer noData(DnsRecord authority) {
        return new DnsAnswer(Dns.NO_ERROR, true, List.of(), List.of(authority), List.of());
    }

    static DnsAnswer noSuchName(DnsRecord authority) {
        return new DnsAnswer(Dns.NO_SUCH_NAME, true, List.of(), List.of(authority), List.of());
    }
}
