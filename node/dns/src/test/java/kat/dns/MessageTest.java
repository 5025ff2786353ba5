package kat.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import kat.base.Randomness;
import org.junit.jupiter.api.Test;

class MessageTest {

    /// `dig web.default.svc.cluster.local A` with EDNS and a cookie, as dig 9.18 sends it.
    private static final byte[] DIG =
            HexFormat.of()
                    .parseHex(
                            "1a2b01200001000000000001"
                                    + "037765620764656661756c740373766307636c757374657205"
                                    + "6c6f63616c00"
                                    + "00010001"
                                    + "00002904d000000000000c000a00080102030405060708");

    @Test
    void readsAQuestionWithEdns() {
        DnsQuery query = read(DIG);

        assertEquals(0x1a2b, query.id());
        assertEquals("web.default.svc.cluster.local.", query.name().toString());
        assertEquals(Dns.A, query.type());
        assertEquals(new DnsQuery.Edns(true, 1232, 0, false), query.edns());
        assertEquals(1232, query.udpLimit());
    }

    @Test
    void writesCompressedNamesAndRepeatsTheQuestion() {
        DnsQuery query = read(DIG);
        DnsRecord record =
                new DnsRecord(
                        query.name(),
                        5,
                        new DnsRecord.Address(InetAddress.ofLiteral("10.96.0.20")));

        byte[] answer = MessageWriter.write(query, DnsAnswer.of(List.of(record), List.of()), 512);

        assertArrayEquals(
                HexFormat.of()
                        .parseHex(
                                "1a2b85800001000100000001"
                                        + "037765620764656661756c740373766307636c757374657205"
                                        + "6c6f6361"
                                        + "6c0000010001"
                                        + "c00c000100010000000500040a600014"
                                        + "00002904d0000000000000"),
                answer);
    }

    @Test
    void keepsTheCaseOfTheQuestion() {
        byte[] mixed = DIG.clone();
        mixed[13] = 'W';

        byte[] answer = MessageWriter.write(read(mixed), DnsAnswer.error(Dns.SERVER_FAILURE), 512);

        assertEquals('W', answer[13]);
        assertEquals(Dns.SERVER_FAILURE, answer[3] & Dns.RCODE_MASK);
    }

    @Test
    void cutsWhatDoesNotFitAndSaysSo() {
        DnsQuery query = MessageWriter.question(DnsName.of("db.svc"), Dns.A, Randomness.seeded(1));
        List<DnsRecord> records = addresses(query.name(), 60);

        byte[] cut = MessageWriter.write(query, DnsAnswer.of(records, List.of()), 512);
        byte[] whole =
                MessageWriter.write(
                        query, DnsAnswer.of(records, List.of()), Dns.MOST_MESSAGE_BYTES);

        MessageReader.Passed passed = MessageReader.readAnswer(cut, query);
        assertTrue(cut.length <= 512 && passed.isTruncated());
        assertEquals((512 - 24) / 16, passed.answerCount());
        assertFalse(MessageReader.readAnswer(whole, query).isTruncated());
        assertEquals(records, MessageReader.readAnswer(whole, query).addresses());
    }

    @Test
    void leavesAdditionalRecordsOutSilently() {
        DnsQuery query = MessageWriter.question(DnsName.of("db.svc"), Dns.A, Randomness.seeded(1));
        List<DnsRecord> records = addresses(query.name(), 2);

        byte[] message =
                MessageWriter.write(query, DnsAnswer.of(records, addresses(query.name(), 60)), 512);

        assertFalse(MessageReader.readAnswer(message, query).isTruncated());
        assertEquals(2, MessageReader.readAnswer(message, query).answerCount());
    }

    @Test
    void tellsSendersOfOddQuestionsWhatIsWrong() {
        byte[] update = DIG.clone();
        update[2] = 0x28;
        byte[] twoQuestions = DIG.clone();
        twoQuestions[5] = 2;
        byte[] answer = DIG.clone();
        answer[2] |= (byte) 0x80;

        assertEquals(Dns.NOT_IMPLEMENTED, wrong(update));
        assertEquals(Dns.FORMAT_ERROR, wrong(twoQuestions));
        assertInstanceOf(MessageReader.Received.Noise.class, MessageReader.readQuery(answer));
        assertInstanceOf(MessageReader.Received.Noise.class, MessageReader.readQuery(new byte[11]));
    }

    @Test
    void refusesCompressionThatLoops() {
        byte[] loop = HexFormat.of().parseHex("000101000001000000000000" + "0161c00c" + "00010001");
        byte[] forward =
                HexFormat.of().parseHex("000101000001000000000000" + "c010" + "00010001" + "00");

        assertEquals(Dns.FORMAT_ERROR, wrong(loop));
        assertEquals(Dns.FORMAT_ERROR, wrong(forward));
    }

    @Test
    void survivesWhateverItIsSent() {
        for (long seed = 0; seed < 20_000; seed++) {
            Randomness random = Randomness.seeded(seed);
            byte[] message = DIG.clone();
            int flips = 1 + random.nextInt(6);
            for (int i = 0; i < flips; i++) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = java.util.Arrays.copyOf(message, random.nextInt(message.length + 20));

            MessageReader.Received received = MessageReader.readQuery(cut);

            assertNotNull(received, "seed " + seed);
            if (received instanceof MessageReader.Received.Query(DnsQuery query)) {
                byte[] answer =
                        MessageWriter.write(query, DnsAnswer.error(Dns.SERVER_FAILURE), 512);
                assertTrue(answer.length <= 512, "seed " + seed);
                MessageReader.readAnswer(cut, query);
                cut[2] |= (byte) 0x80;
                MessageReader.readAnswer(cut, query);
            }
        }
    }

    private static List<DnsRecord> addresses(DnsName name, int count) {
        List<DnsRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(
                    new DnsRecord(
                            name,
                            5,
                            new DnsRecord.Address(InetAddress.ofLiteral("10.244.0." + i))));
        }
        return records;
    }

    private static DnsQuery read(byte[] message) {
        return assertInstanceOf(
                        MessageReader.Received.Query.class, MessageReader.readQuery(message))
                .query();
    }

    private static int wrong(byte[] message) {
        Packet reply =
                assertInstanceOf(
                                MessageReader.Received.Wrong.class,
                                MessageReader.readQuery(message))
                        .reply();
        return reply.bytes()[3] & Dns.RCODE_MASK;
    }
}
