package kat.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwarderTest {

    @TempDir Path folder;
    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final List<String> asked = new ArrayList<>();
    private final DnsQuery query =
            MessageWriter.question(DnsName.of("www.example.com"), Dns.A, Randomness.seeded(7));
    private int rcode = Dns.NO_ERROR;
    private int ttl = 60;
    private Forwarder forwarder;

    @BeforeEach
    void setsResolvers() throws Exception {
        Path file = folder.resolve("resolv.conf");
        Files.writeString(
                file,
                """
                # made by hand
                search example.com
                nameserver 10.96.0.10
                nameserver 192.0.2.53
                nameserver nonsense
                nameserver 192.0.2.54
                """);
        forwarder =
                new Forwarder(
                        new Resolvers(file, Set.of("10.96.0.10"), ticker),
                        this::answer,
                        new AnswerCache(ticker),
                        Randomness.seeded(3));
    }

    @Test
    void asksTheNextResolverWhenOneIsSilent() {
        byte[] answer = forwarder.ask(query, false);

        assertEquals(List.of("192.0.2.53", "192.0.2.54"), asked);
        assertEquals(query.id(), MessageReader.word(answer, 0));
        assertEquals(1, MessageReader.readAnswer(answer, query).answerCount());
    }

    @Test
    void keepsAnAnswerForAsLongAsItSaysAndCountsDown() {
        forwarder.ask(query, false);

        ticker.advance(Duration.ofSeconds(20));
        byte[] kept = forwarder.known(query, false);
        assertEquals(40, MessageReader.readAnswer(kept, query).ttl());
        assertNull(forwarder.known(query, true));

        ticker.advance(Duration.ofSeconds(40));
        assertNull(forwarder.known(query, false));
    }

    @Test
    void keepsThatANameDoesNotExistForHalfAMinuteAtMost() {
        rcode = Dns.NO_SUCH_NAME;
        ttl = 3_600;

        forwarder.ask(query, false);

        assertNotNull(forwarder.known(query, false));
        ticker.advance(AnswerCache.LONGEST_NEGATIVE);
        assertNull(forwarder.known(query, false));
    }

    @Test
    void passesAFailureOnAndKeepsNothing() {
        rcode = Dns.REFUSED;

        byte[] answer = forwarder.ask(query, false);

        assertEquals(Dns.REFUSED, answer[3] & Dns.RCODE_MASK);
        assertNull(forwarder.known(query, false));
    }

    @Test
    void failsWhereThereIsNoResolver() {
        Forwarder lonely =
                new Forwarder(
                        new Resolvers(folder.resolve("missing"), Set.of(), ticker),
                        this::answer,
                        new AnswerCache(ticker),
                        Randomness.seeded(3));

        byte[] answer = lonely.ask(query, false);

        assertEquals(Dns.SERVER_FAILURE, answer[3] & Dns.RCODE_MASK);
        assertEquals(List.of(), asked);
    }

    @Test
    void readsResolversAgainWhenTheFileChanged() throws Exception {
        Path file = folder.resolve("other.conf");
        Resolvers resolvers = new Resolvers(file, Set.of(), ticker);
        assertEquals(List.of(), resolvers.get());

        Files.writeString(file, "nameserver 192.0.2.1\n");
        assertEquals(List.of(), resolvers.get());
        ticker.advance(Duration.ofSeconds(6));

        assertEquals(1, resolvers.get().size());
    }

    /// The first resolver is silent, the others answer with an address or an SOA.
    private byte[] answer(
            byte[] message, InetSocketAddress server, boolean overTcp, Duration timeout)
            throws IOException {
        asked.add(server.getAddress().getHostAddress());
        if (server.getAddress().getHostAddress().endsWith("53")) {
            throw new IOException("silent");
        }
        DnsQuery received =
                ((MessageReader.Received.Query) MessageReader.readQuery(message)).query();
        DnsRecord address =
                new DnsRecord(
                        received.name(),
                        ttl,
                        new DnsRecord.Address(InetAddress.ofLiteral("192.0.2.80")));
        DnsRecord soa =
                new DnsRecord(
                        DnsName.of("example.com"),
                        ttl,
                        new DnsRecord.Authority(DnsName.of("a"), DnsName.of("b"), 1, ttl));
        boolean positive = rcode == Dns.NO_ERROR;
        return MessageWriter.write(
                received,
                new DnsAnswer(
                        rcode,
                        false,
                        positive ? List.of(address) : List.of(),
                        positive ? List.of() : List.of(soa),
                        List.of()),
                Dns.MOST_UDP_BYTES);
    }
}
