package kat.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import kat.api.Kinds;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.client.Informers;
import kat.client.testing.ReadOnlyTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterDnsTest {

    private static final int ANSWER_MILLIS = 2_000;
    private static final int MOST_ASKED = 10;

    @TempDir Path folder;
    private final Ticker ticker = new SystemTicker();
    private final Randomness randomness = Randomness.seeded(11);
    private final ReadOnlyTransport api = new ReadOnlyTransport();
    private final Informers informers = new Informers(api, ticker);
    private ClusterDns dns;

    @BeforeEach
    void startsTheServer() throws Exception {
        DnsFixtures.fill(api);
        Path resolvers = folder.resolve("resolv.conf");
        Files.writeString(resolvers, "nameserver 192.0.2.53\n");
        dns =
                new ClusterDns(
                        informers,
                        DnsFixtures.config(resolvers),
                        ticker,
                        randomness,
                        (message, _, _, _) -> example(message));
        dns.start();
        assertTrue(dns.awaitReady(Duration.ofSeconds(10)));
    }

    @AfterEach
    void closesTheServer() {
        dns.close();
        informers.close();
    }

    @Test
    void answersOverUdp() throws Exception {
        assertEquals(
                List.of("10.96.0.20"),
                addresses(overUdp(question("web.default.svc.cluster.local"))));
    }

    @Test
    void asksOthersForOtherNames() throws Exception {
        assertEquals(List.of("192.0.2.80"), addresses(overUdp(question("www.example.com"))));
        assertEquals(List.of("192.0.2.80"), addresses(overUdp(question("www.example.com"))));
    }

    @Test
    void followsAnExternalNameToItsAddress() throws Exception {
        assertEquals(
                List.of("CNAME www.example.com.", "192.0.2.80"),
                addresses(overUdp(question("far.default.svc.cluster.local"))));
        assertEquals(
                List.of("CNAME web.default.svc.cluster.local.", "10.96.0.20"),
                addresses(overUdp(question("near.default.svc.cluster.local"))));
    }

    @Test
    void sendsAskersOfLongAnswersToTcp() throws Exception {
        String endpoints =
                String.join(
                        ",",
                        IntStream.range(1, 101)
                                .mapToObj(i -> "{'addresses':['10.244.1." + i + "']}")
                                .toList());
        long revision =
                api.put(
                                Kinds.ENDPOINT_SLICE,
                                DnsFixtures.slice(
                                        "idle",
                                        "'ports':[{'port':80}],'endpoints':[" + endpoints + "]"))
                        .revision();
        assertTrue(
                informers
                        .informer(Kinds.ENDPOINT_SLICE)
                        .awaitRevision(revision, Duration.ofSeconds(10)));
        DnsQuery query = question("idle.default.svc.cluster.local");

        byte[] cut = overUdp(query);
        byte[] whole = overTcp(query);

        assertTrue(MessageReader.readAnswer(cut, query).isTruncated());
        assertEquals(100, MessageReader.readAnswer(whole, query).answerCount());
    }

    @Test
    void staysUpWhateverItIsSent() throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(dns.boundAddress());
            for (int i = 0; i < 2_000; i++) {
                byte[] junk = new byte[randomness.nextInt(80)];
                randomness.nextBytes(junk);
                socket.send(new DatagramPacket(junk, junk.length));
            }
        }
        try (Socket socket = new Socket()) {
            socket.connect(dns.boundAddress());
            socket.getOutputStream().write(new byte[] {0, 3, 1, 2, 3});
            assertEquals(-1, socket.getInputStream().read());
        }

        answersOverUdp();
    }

    @Test
    void saysWhichAddressItCannotUse() {
        DnsConfig same =
                new DnsConfig(
                        dns.boundAddress(),
                        "cluster.local",
                        5,
                        List.of(),
                        folder,
                        java.util.Set.of());

        var failure =
                assertThrows(
                        UncheckedIOException.class,
                        () -> new ClusterDns(informers, same, ticker, randomness).start());

        assertTrue(failure.getMessage().contains("cannot listen on"), failure.getMessage());
    }

    private DnsQuery question(String name) {
        return MessageWriter.question(DnsName.of(name), Dns.A, randomness);
    }

    private List<String> addresses(byte[] answer) {
        DnsQuery query = ((MessageReader.Received.Query) asQuestion(answer)).query();
        return MessageReader.readAnswer(answer, query).addresses().stream()
                .map(
                        record ->
                                switch (record.data()) {
                                    case DnsRecord.Address(var address) -> address.getHostAddress();
                                    case DnsRecord.Pointer(_, var target) -> "CNAME " + target;
                                    default -> "other";
                                })
                .toList();
    }

    private static MessageReader.Received asQuestion(byte[] answer) {
        byte[] question = answer.clone();
        question[2] &= 0x01;
        return MessageReader.readQuery(question);
    }

    /// Asks again as resolvers do: a full buffer of the socket may cost a packet.
    private byte[] overUdp(DnsQuery query) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(dns.boundAddress());
            for (int asked = 1; ; asked++) {
                socket.send(new DatagramPacket(query.raw().bytes(), query.raw().length()));
                try {
                    socket.receive(packet);
                    return Arrays.copyOf(packet.getData(), packet.getLength());
                } catch (SocketTimeoutException lost) {
                    assertTrue(asked < MOST_ASKED, "no answer to " + asked + " questions");
                }
            }
        }
    }

    private byte[] overTcp(DnsQuery query) throws Exception {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(dns.boundAddress().getAddress(), port()));
            byte[] framed = new byte[query.raw().length() + 2];
            MessageWriter.setWord(framed, 0, query.raw().length());
            System.arraycopy(query.raw().bytes(), 0, framed, 2, query.raw().length());
            socket.getOutputStream().write(framed);
            DataInputStream input = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[input.readUnsignedShort()];
            input.readFully(answer);
            return answer;
        }
    }

    private int port() {
        return dns.boundAddress().getPort();
    }

    private static byte[] example(byte[] message) {
        DnsQuery received =
                ((MessageReader.Received.Query) MessageReader.readQuery(message)).query();
        DnsRecord address =
                new DnsRecord(
                        received.name(),
                        60,
                        new DnsRecord.Address(InetAddress.ofLiteral("192.0.2.80")));
        return MessageWriter.write(
                received, DnsAnswer.of(List.of(address), List.of()), Dns.MOST_UDP_BYTES);
    }
}
