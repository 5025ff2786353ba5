package kat.clients.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import kat.clients.BareServer;
import kat.clients.badinput.OddRequests.Odd;
import kat.clients.badinput.RawClient.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OddRequestsTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private static BareServer server;
    private static RawClient client;

    @BeforeAll
    static void start() throws Exception {
        server = new BareServer();
        client = new RawClient(server);
        byte[] target =
                "{\"metadata\":{\"name\":\"target\"},\"data\":{\"a\":\"b\"}}".getBytes(UTF_8);
        assertEquals(201, client.ask("POST", MAPS, "application/json", target).code());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    static Stream<Odd> all() {
        return OddRequests.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void isAnsweredWithTheCodeOfKubernetes(Odd each) throws Exception {
        Judge.check(each.name(), each.code(), client.ask(each));
    }

    @Test
    void changesNothing() throws Exception {
        Reply before = client.ask("GET", MAPS + "/target", "", new byte[0]);
        for (Odd each : OddRequests.all().filter(one -> !one.method().equals("GET")).toList()) {
            Judge.check(each.name(), client.ask(each));
        }

        assertEquals(before.body(), client.ask("GET", MAPS + "/target", "", new byte[0]).body());
        assertEquals(404, client.ask("GET", MAPS + "/odd", "", new byte[0]).code());
    }
}
