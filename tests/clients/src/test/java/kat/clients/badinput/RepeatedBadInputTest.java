package kat.clients.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kat.clients.BareServer;
import kat.clients.badinput.BadInputTest.Broken;
import kat.clients.badinput.BadInputTest.Case;
import kat.clients.badinput.OddRequests.Odd;
import kat.clients.badinput.RawClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What was refused leaves nothing behind. `-Dkat.rounds=1000` makes a long run of it.
class RepeatedBadInputTest {

    private static final int ROUNDS = Integer.getInteger("kat.rounds", 8);
    private static final int FIRST_ROUNDS = 2;
    private static final int MOST_MINUTES = 120;

    /// To keep their bodies alone would take more than what may be left.
    private static final int LEAST_REQUESTS = 700;

    /// What the JVM may hold more than before: code, caches, noise.
    private static final long SLACK_BYTES = 16L << 20;

    @Test
    @Timeout(value = MOST_MINUTES, unit = TimeUnit.MINUTES)
    void doesNotLetMemoryGrow() throws Exception {
        List<Case> corpus =
                Stream.of(
                                BadInputTest.json(),
                                BadInputTest.yamlBodies(),
                                BadInputTest.addresses(),
                                BadInputTest.changes(),
                                BadInputTest.rules())
                        .flatMap(each -> each)
                        .toList();
        try (BareServer server = new BareServer()) {
            RawClient client = new RawClient(server);
            byte[] target = "{\"metadata\":{\"name\":\"target\"}}".getBytes(UTF_8);
            String maps = "/api/v1/namespaces/default/configmaps";
            assertEquals(201, client.ask("POST", maps, "application/json", target).code());
            ask(client, corpus, FIRST_ROUNDS);
            long before = used();

            int asked = ask(client, corpus, ROUNDS);

            assertTrue(asked >= LEAST_REQUESTS, "asked " + asked);
            long grown = used() - before;
            assertTrue(grown < SLACK_BYTES, () -> "grew by " + grown + " bytes");
            assertEquals(200, client.ask("GET", maps + "/target", "", new byte[0]).code());
        }
    }

    private static int ask(RawClient client, List<Case> corpus, int rounds) throws Exception {
        int asked = 0;
        for (int i = 0; i < rounds; i++) {
            for (Case each : corpus) {
                byte[] body = each.body().getBytes(UTF_8);
                Reply reply = client.ask(each.method(), each.path(), each.type(), body);
                Judge.check(each.name(), reply);
                asked++;
            }
            for (Odd each :
                    Stream.concat(OddRequests.tokens(), OddRequests.certificates()).toList()) {
                Judge.check(each.name(), each.code(), client.ask(each));
                asked++;
            }
            for (Broken each : BadInputTest.broken().toList()) {
                assertEquals(each.code(), client.send(each.bytes(client)).code(), each::name);
                asked++;
            }
        }
        return asked;
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
