package kat.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads messages from the wire. Whatever the bytes are, it ends soon and reads nothing outside
/// them: compression pointers must point backwards.
///
/// **Source:** RFC 1035 §4.1, RFC 6891 §6.1.
final class MessageReader {

    private static final int POINTER = 0xc0;
    private static final int MOST_RECORDS = 500;

    private final byte[] bytes;
    private int at;

    private MessageReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /// What a received message turned out to be.
    sealed interface Received {
        record Query(DnsQuery query) implements Received {}

        /// Not a question, but its sender can be told so.
        ///
        /// @param reply the whole message to send back
        record Wrong(Packet reply) implements Received {}

        /// Nothing that can be answered: too short, or itself an answer.
        record Noise() implements Received {}
    }

    /// The part of an answer that matters to whoever passes it on.
    ///
    /// @param ttlOffsets where the times to live stand
    /// @param ttl the least of them; for a negative answer what its SOA allows; 0 when unknown
    /// @param addresses A, AAAA and CNAME records of the answer
    record Passed(
            int rcode,
            boolean isTruncated,
            int answerCount,
            List<Integer> ttlOffsets,
            int ttl,
            List<DnsRecord> addresses) {

        Passed {
            ttlOffsets = List.copyOf(ttlOffsets);
            addresses = List.copyOf(addresses);
        }
    }

    /// Thrown and caught inside: the bytes end before the message does, or contradict themselves.
    private static final class MalformedMessage extends Exception {
        MalformedMessage() {
            super("malformed DNS message", null, false, false);
        }
    }

    static Received readQuery(byte[] bytes) {
        if (bytes.length < Dns.HEADER_BYTES || (word(bytes, 2) & Dns.FLAG_RESPONSE) != 0) {
            return new Received.Noise();
        }
        int flags = word(bytes, 2);
        if (((flags >> Dns.OPCODE_SHIFT) & Dns.OPCODE_MASK) != 0) {
            return new Received.Wrong(new Packet(MessageWriter.bare(bytes, Dns.NOT_IMPLEMENTED)));
        }
        try {
            return new Received.Query(new MessageReader(bytes).query());
        } catch (MalformedMessage e) {
            return new Received.Wrong(new Packet(MessageWriter.bare(bytes, Dns.FORMAT_ERROR)));
        }
    }

    /// Reads an answer that is to be passed on; null when it is malformed or answers something
    /// else than `query`. The identification is not compared.
    static @Nullable Passed readAnswer(byte[] bytes, DnsQuery query) {
        if (bytes.length < Dns.HEADER_BYTES || (word(bytes, 2) & Dns.FLAG_RESPONSE) == 0) {
            return null;
        }
        try {
            return new MessageReader(bytes).answer(query);
        } catch (MalformedMessage e) {
            return null;
        }
    }

    private DnsQuery query() throws MalformedMessage {
        int others = word(bytes, 6) + word(bytes, 8);
        int additional = word(bytes, 10);
        if (word(bytes, 4) != 1 || others + additional > MOST_RECORDS) {
            throw new MalformedMessage();
        }
        at = Dns.HEADER_BYTES;
        DnsName name = name();
        int type = word();
        int dnsClass = word();
        int questionEnd = at;
        for (int i = 0; i < others; i++) {
            skipRecord();
        }
        DnsQuery.Edns edns = DnsQuery.Edns.NONE;
        for (int i = 0; i < additional; i++) {
            int start = at;
            DnsName owner = name();
            if (word() == Dns.OPT) {
                if (edns.isPresent() || owner.size() > 0) {
                    throw new MalformedMessage();
                }
                edns = edns();
            } else {
                at = start;
                skipRecord();
            }
        }
        return new DnsQuery(
                word(bytes, 0),
                word(bytes, 2),
                name,
                type,
                dnsClass,
                edns,
                new Packet(bytes),
                questionEnd);
    }

    private DnsQuery.Edns edns() throws MalformedMessage {
        int udpBytes = word();
        int version = word() & 0xff;
        boolean dnssecOk = (word() & 0x8000) != 0;
        skip(word());
        return new DnsQuery.Edns(true, udpBytes, version, dnssecOk);
    }

    private Passed answer(DnsQuery query) throws MalformedMessage {
        int flags = word(bytes, 2);
        int answers = word(bytes, 6);
        int authority = word(bytes, 8);
        int additional = word(bytes, 10);
        at = Dns.HEADER_BYTES;
        boolean same =
                word(bytes, 4) == 1
                        && name().equals(query.name())
                        && word() == query.type()
                        && word() == query.dnsClass();
        if (!same || answers + authority + additional > MOST_RECORDS) {
            throw new MalformedMessage();
        }
        List<Integer> offsets = new ArrayList<>();
        List<DnsRecord> addresses = new ArrayList<>();
        long ttl = Long.MAX_VALUE;
        for (int i = 0; i < answers + authority + additional; i++) {
            Raw raw = record();
            if (raw.type() == Dns.OPT) {
                continue;
            }
            offsets.add(raw.ttlAt());
            boolean negative = answers == 0 && raw.type() == Dns.SOA;
            ttl = Math.min(ttl, negative ? Math.min(raw.ttl(), soaMinimum(raw)) : raw.ttl());
            if (i < answers) {
                addAddress(raw, addresses);
            }
        }
        boolean isKnown = ttl != Long.MAX_VALUE;
        return new Passed(
                flags & Dns.RCODE_MASK,
                (flags & Dns.FLAG_TRUNCATED) != 0,
                answers,
                offsets,
                isKnown ? (int) Math.min(ttl, Integer.MAX_VALUE) : 0,
                addresses);
    }

    /// A record whose data starts at `dataAt`.
    private record Raw(DnsName name, int type, int ttlAt, long ttl, int dataAt, int dataEnd) {}

    private Raw record() throws MalformedMessage {
        DnsName name = name();
        int type = word();
        skip(2);
        int ttlAt = at;
        long ttl = ((long) word() << 16) | word();
        int length = word();
        int dataAt = at;
        skip(length);
        return new Raw(name, type, ttlAt, ttl, dataAt, at);
    }

    private void skipRecord() throws MalformedMessage {
        record();
    }

    private long soaMinimum(Raw raw) throws MalformedMessage {
        if (raw.dataEnd() - raw.dataAt() < 20) {
            throw new MalformedMessage();
        }
        return ((long) word(bytes, raw.dataEnd() - 4) << 16) | word(bytes, raw.dataEnd() - 2);
    }

    private void addAddress(Raw raw, List<DnsRecord> found) throws MalformedMessage {
        int ttl = (int) Math.min(raw.ttl(), Integer.MAX_VALUE);
        int length = raw.dataEnd() - raw.dataAt();
        if ((raw.type() == Dns.A && length == 4) || (raw.type() == Dns.AAAA && length == 16)) {
            byte[] address = Arrays.copyOfRange(bytes, raw.dataAt(), raw.dataEnd());
            try {
                InetAddress parsed = InetAddress.getByAddress(address);
                found.add(new DnsRecord(raw.name(), ttl, new DnsRecord.Address(parsed)));
            } catch (UnknownHostException e) {
                throw new MalformedMessage();
            }
        } else if (raw.type() == Dns.CNAME) {
            int end = at;
            at = raw.dataAt();
            DnsName target = name();
            at = end;
            found.add(new DnsRecord(raw.name(), ttl, new DnsRecord.Pointer(Dns.CNAME, target)));
        }
    }

    private DnsName name() throws MalformedMessage {
        List<String> labels = new ArrayList<>();
        int length = 1;
        int position = at;
        int afterFirstPointer = -1;
        int lowest = at;
        while (true) {
            int size = byteAt(position);
            if (size == 0) {
                at = afterFirstPointer < 0 ? position + 1 : afterFirstPointer;
                return new DnsName(labels);
            }
            if ((size & POINTER) == POINTER) {
                int target = ((size & ~POINTER) << 8) | byteAt(position + 1);
                if (target >= lowest || target < Dns.HEADER_BYTES) {
                    throw new MalformedMessage();
                }
                if (afterFirstPointer < 0) {
                    afterFirstPointer = position + 2;
                }
                lowest = target;
                position = target;
                continue;
            }
            length += size + 1;
            if (size > DnsName.MOST_LABEL_BYTES
                    || length > DnsName.MOST_BYTES
                    || position + 1 + size > bytes.length) {
                throw new MalformedMessage();
            }
            labels.add(
                    new String(bytes, position + 1, size, StandardCharsets.ISO_8859_1)
                            .toLowerCase(Locale.ROOT));
            position += size + 1;
        }
    }

    private int byteAt(int position) throws MalformedMessage {
        if (position >= bytes.length) {
            throw new MalformedMessage();
        }
        return bytes[position] & 0xff;
    }

    private int word() throws MalformedMessage {
        if (at + 2 > bytes.length) {
            throw new MalformedMessage();
        }
        at += 2;
        return word(bytes, at - 2);
    }

    private void skip(int count) throws MalformedMessage {
        if (at + count > bytes.length) {
            throw new MalformedMessage();
        }
        at += count;
    }

    /// The two bytes at `position` as a number.
    static int word(byte[] bytes, int position) {
        return ((bytes[position] & 0xff) << 8) | (bytes[position + 1] & 0xff);
    }
}
