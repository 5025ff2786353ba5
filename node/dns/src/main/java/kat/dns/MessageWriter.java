package kat.dns;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.base.Randomness;

/// Writes answers: names compressed, the question as it was asked, letter by letter.
///
/// **Source:** RFC 1035 §4.1, RFC 2181 §9 (truncation), RFC 6891 §6.1, §7.
final class MessageWriter {

    private static final int POINTER = 0xc000;
    private static final int MOST_POINTER = 0x3fff;
    private static final int MOST_TEXT = 255;
    private static final int OPT_BYTES = 11;

    private byte[] bytes = new byte[Dns.PLAIN_UDP_BYTES];
    private int size;
    private final Map<List<String>, Integer> written = new HashMap<>();

    private MessageWriter() {}

    /// The answer as a message of at most `limit` bytes. What does not fit is left out: additional
    /// records silently, others with the flag that sends the asker to TCP.
    static byte[] write(DnsQuery query, DnsAnswer answer, int limit) {
        return new MessageWriter().message(query, answer, limit);
    }

    /// A header with a return code and nothing else, for a message that cannot be read further.
    static byte[] bare(byte[] message, int rcode) {
        byte[] reply = Arrays.copyOf(message, Dns.HEADER_BYTES);
        int kept = MessageReader.word(message, 2) & (Dns.OPCODE_MASK << Dns.OPCODE_SHIFT);
        int recursion = MessageReader.word(message, 2) & Dns.FLAG_RECURSION_DESIRED;
        setWord(reply, 2, Dns.FLAG_RESPONSE | kept | recursion | rcode);
        Arrays.fill(reply, 4, Dns.HEADER_BYTES, (byte) 0);
        return reply;
    }

    /// A question of KAT's own, ready to be sent.
    static DnsQuery question(DnsName name, int type, Randomness randomness) {
        MessageWriter writer = new MessageWriter();
        int id = randomness.nextInt(1 << 16);
        writer.size = Dns.HEADER_BYTES;
        writer.plainName(name);
        writer.word(type);
        writer.word(Dns.CLASS_IN);
        byte[] message = Arrays.copyOf(writer.bytes, writer.size);
        setWord(message, 0, id);
        setWord(message, 2, Dns.FLAG_RECURSION_DESIRED);
        setWord(message, 4, 1);
        return new DnsQuery(
                id,
                Dns.FLAG_RECURSION_DESIRED,
                name,
                type,
                Dns.CLASS_IN,
                DnsQuery.Edns.NONE,
                new Packet(message),
                message.length);
    }

    /// An answer of another server, cut for an asker over UDP if it is longer than `limit`.
    static byte[] fit(byte[] message, DnsQuery query, int limit) {
        if (message.length <= limit) {
            return message;
        }
        byte[] cut = Arrays.copyOf(message, query.questionEnd());
        setWord(cut, 2, MessageReader.word(cut, 2) | Dns.FLAG_TRUNCATED);
        Arrays.fill(cut, 6, Dns.HEADER_BYTES, (byte) 0);
        return cut;
    }

    private byte[] message(DnsQuery query, DnsAnswer answer, int limit) {
        size = Dns.HEADER_BYTES;
        put(query.raw().bytes(), Dns.HEADER_BYTES, query.questionEnd());
        remember(query.name());
        int room = limit - (query.edns().isPresent() ? OPT_BYTES : 0);
        int answers = records(answer.answers(), room);
        int authority = records(answer.authority(), room);
        boolean truncated =
                answers < answer.answers().size() || authority < answer.authority().size();
        int additional = truncated ? 0 : records(answer.additional(), room);
        if (query.edns().isPresent()) {
            opt(answer.rcode());
            additional++;
        }
        int flags =
                Dns.FLAG_RESPONSE
                        | (query.flags()
                                & (Dns.FLAG_RECURSION_DESIRED | Dns.FLAG_CHECKING_DISABLED))
                        | Dns.FLAG_RECURSION_AVAILABLE
                        | (answer.isAuthoritative() ? Dns.FLAG_AUTHORITATIVE : 0)
                        | (truncated ? Dns.FLAG_TRUNCATED : 0)
                        | (answer.rcode() & Dns.RCODE_MASK);
        setWord(bytes, 0, query.id());
        setWord(bytes, 2, flags);
        setWord(bytes, 4, 1);
        setWord(bytes, 6, answers);
        setWord(bytes, 8, authority);
        setWord(bytes, 10, additional);
        return Arrays.copyOf(bytes, size);
    }

    /// Writes as many records as fit and gives their number.
    private int records(List<DnsRecord> records, int limit) {
        int count = 0;
        for (DnsRecord record : records) {
            int start = size;
            write(record);
            if (size > limit) {
                size = start;
                written.values().removeIf(offset -> offset >= start);
                return count;
            }
            count++;
        }
        return count;
    }

    private void write(DnsRecord record) {
        name(record.name());
        word(record.type());
        word(Dns.CLASS_IN);
        word(record.ttl() >>> 16);
        word(record.ttl() & 0xffff);
        int lengthAt = size;
        word(0);
        switch (record.data()) {
            case DnsRecord.Address(var address) -> {
                byte[] raw = address.getAddress();
                put(raw, 0, raw.length);
            }
            case DnsRecord.Pointer(_, var target) -> name(target);
            case DnsRecord.Service service -> {
                word(service.priority());
                word(service.weight());
                word(service.port());
                plainName(service.target());
            }
            case DnsRecord.Text(String text) -> {
                byte[] raw = text.getBytes(StandardCharsets.UTF_8);
                int length = Math.min(MOST_TEXT, raw.length);
                octet(length);
                put(raw, 0, length);
            }
            case DnsRecord.Authority soa -> authority(soa);
        }
        setWord(bytes, lengthAt, size - lengthAt - 2);
    }

    private void authority(DnsRecord.Authority soa) {
        name(soa.server());
        name(soa.mailbox());
        number(soa.serial());
        number(7_200);
        number(1_800);
        number(86_400);
        number(soa.minimum());
    }

    private void opt(int rcode) {
        octet(0);
        word(Dns.OPT);
        word(Dns.MOST_UDP_BYTES);
        octet(rcode >> 4);
        octet(0);
        word(0);
        word(0);
    }

    /// A name, with a pointer to where its end was written before.
    private void name(DnsName name) {
        List<String> rest = name.labels();
        while (!rest.isEmpty()) {
            Integer before = written.get(rest);
            if (before != null) {
                word(POINTER | before);
                return;
            }
            if (size <= MOST_POINTER) {
                written.put(rest, size);
            }
            label(rest.getFirst());
            rest = rest.subList(1, rest.size());
        }
        octet(0);
    }

    /// A name without pointers: RFC 2782 wants it so for the target of SRV.
    private void plainName(DnsName name) {
        name.labels().forEach(this::label);
        octet(0);
    }

    private void label(String label) {
        byte[] raw = label.getBytes(StandardCharsets.ISO_8859_1);
        octet(raw.length);
        put(raw, 0, raw.length);
    }

    /// The question stands right after the header.
    private void remember(DnsName name) {
        int offset = Dns.HEADER_BYTES;
        List<String> rest = name.labels();
        while (!rest.isEmpty()) {
            written.put(rest, offset);
            offset += rest.getFirst().length() + 1;
            rest = rest.subList(1, rest.size());
        }
    }

    private void number(long value) {
        word((int) (value >>> 16) & 0xffff);
        word((int) value & 0xffff);
    }

    private void word(int value) {
        octet(value >> 8);
        octet(value);
    }

    private void octet(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) value;
    }

    private void put(byte[] source, int start, int end) {
        for (int i = start; i < end; i++) {
            octet(source[i]);
        }
    }

    static void setWord(byte[] bytes, int position, int value) {
        bytes[position] = (byte) (value >> 8);
        bytes[position + 1] = (byte) value;
    }
}
