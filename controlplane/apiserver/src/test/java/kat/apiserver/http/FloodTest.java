package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static kat.apiserver.http.RawHttp2.CONTINUATION;
import static kat.apiserver.http.RawHttp2.DATA;
import static kat.apiserver.http.RawHttp2.END_HEADERS;
import static kat.apiserver.http.RawHttp2.END_STREAM;
import static kat.apiserver.http.RawHttp2.HEADERS;
import static kat.apiserver.http.RawHttp2.PING;
import static kat.apiserver.http.RawHttp2.PRIORITY;
import static kat.apiserver.http.RawHttp2.RST_STREAM;
import static kat.apiserver.http.RawHttp2.SETTINGS;
import static kat.apiserver.http.RawHttp2.WINDOW_UPDATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import kat.apiserver.http.RawHttp2.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that flood or hoard lose their connection or their request, and others are served
/// meanwhile.
class FloodTest extends AbusedServer {

    @Test
    void endsConnectionsThatResetTooManyStreams() throws Exception {
        serve(PATIENT);
        byte[] request = RawHttp2.request("GET", "/");
        try (RawHttp2 client = client()) {
            client.greet();
            assertFloodEnds(
                    CALM,
                    client,
                    i ->
                            client.frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, request)
                                    .frame(RST_STREAM, 0, 2 * i + 1, RawHttp2.number(CANCEL)));
        }
        assertTrue(handled.get() <= 4100, "handled: " + handled.get());
        assertOthersAreServed();
    }

    @Test
    void endsConnectionsThatMakeTheServerResetTooManyStreams() throws Exception {
        serve(PATIENT);
        byte[] request = RawHttp2.request("POST", "/");
        try (RawHttp2 client = client()) {
            client.greet();
            assertFloodEnds(
                    CALM,
                    client,
                    i ->
                            client.frame(HEADERS, END_HEADERS, 2 * i + 1, request)
                                    .frame(
                                            WINDOW_UPDATE,
                                            0,
                                            2 * i + 1,
                                            RawHttp2.number(Integer.MAX_VALUE)));
        }
        assertOthersAreServed();
    }

    @ParameterizedTest
    @ValueSource(ints = {PING, SETTINGS, PRIORITY, 200})
    void endsConnectionsThatFloodWithFramesThatAskForNothing(int type) throws Exception {
        serve(slowLook());
        byte[] payload = new byte[type == PING ? 8 : type == PRIORITY ? 5 : 0];
        try (RawHttp2 client = client()) {
            client.greet();
            int stream = type == PRIORITY ? 3 : 0;
            assertFloodEnds(CALM, client, i -> client.frame(type, 0, stream, payload));
        }
        assertOthersAreServed();
    }

    private static HttpLimits slowLook() {
        return new HttpLimits(LONG, LONG, LONG, LONG, LONG, LONG, LONG, 1000, 4L << 20);
    }

    /// Sends until the server has had enough. What it told is lost where the end of the connection
    /// comes before it is read, since more was under way.
    private static void assertFloodEnds(int code, RawHttp2 client, Step step) throws Exception {
        int told = flood(client, step);
        assertTrue(told == code || told == RawHttp2.CLOSED, "told: " + told);
    }

    private static int flood(RawHttp2 client, Step step) throws Exception {
        Thread sender =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        for (int i = 0;
                                                i < MOST_FRAMES && !client.isToldToGo();
                                                i++) {
                                            step.send(i);
                                        }
                                        client.flush();
                                    } catch (IOException enough) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        int code = client.end();
        sender.join();
        return code;
    }

    private interface Step {
        void send(int index) throws IOException;
    }

    @Test
    void endsConnectionsThatSendEmptyParts() throws Exception {
        serve(PATIENT);
        try (RawHttp2 client = client()) {
            client.greet().frame(HEADERS, END_HEADERS, 1, RawHttp2.request("POST", "/"));
            assertFloodEnds(CALM, client, _ -> client.frame(DATA, 0, 1));
        }
    }

    @Test
    void endsConnectionsWhoseHeadNeverEnds() throws Exception {
        serve(PATIENT);
        try (RawHttp2 client = client()) {
            client.greet().frame(HEADERS, 0, 1, RawHttp2.request("GET", "/"));
            assertFloodEnds(CALM, client, _ -> client.frame(CONTINUATION, 0, 1));
        }
        try (RawHttp2 client = client()) {
            client.greet().frame(HEADERS, 0, 1, RawHttp2.request("GET", "/"));
            byte[] more = RawHttp2.headers("x-more", "v".repeat(16_000));
            assertFloodEnds(PROTOCOL, client, _ -> client.frame(CONTINUATION, 0, 1, more));
        }
        assertEquals(0, handled.get());
        assertOthersAreServed();
    }

    @Test
    void refusesHeadsThatGrowWhenTheyAreUnpacked() throws Exception {
        serve(PATIENT);
        byte[] value = RawHttp2.headers("x", "v".repeat(4000));
        value[0] = 0x40; // goes into the table
        byte[] bomb = new byte[16_000 - 4100];
        java.util.Arrays.fill(bomb, (byte) 0xBE); // what came into the table last
        byte[] block = new byte[value.length + bomb.length];
        System.arraycopy(value, 0, block, 0, value.length);
        System.arraycopy(bomb, 0, block, value.length, bomb.length);
        try (RawHttp2 client = client()) {
            client.greet().frame(HEADERS, END_HEADERS | END_STREAM, 1, block).flush();

            int type = client.await(HEADERS).type();

            assertEquals(HEADERS, type);
        }
        assertEquals(0, handled.get());
    }

    @Test
    void endsConnectionsWhoseWindowOverflows() throws Exception {
        serve(PATIENT);
        try (RawHttp2 client = client()) {
            client.greet().frame(WINDOW_UPDATE, 0, 0, RawHttp2.number(Integer.MAX_VALUE)).flush();
            assertEquals(FLOW, client.end());
        }
    }

    @Test
    void refusesStreamsBeyondTheirNumber() throws Exception {
        serve(PATIENT);
        byte[] request = RawHttp2.request("POST", "/");
        try (RawHttp2 client = client()) {
            client.greet();
            for (int i = 0; i <= 1000; i++) {
                client.frame(HEADERS, END_HEADERS, 2 * i + 1, request);
            }
            client.flush();

            Frame reset = client.await(RST_STREAM);

            assertEquals(2001, reset.stream());
            assertEquals(REFUSED, reset.payload().getInt());
        }
    }

    @Test
    void answersBodiesBeyondTheLimitWith413() throws Exception {
        serve(PATIENT);
        try (Socket socket = http1()) {
            String head = "POST / HTTP/1.1\r\ncontent-length: " + 2 * BODY + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            socket.getOutputStream().write(new byte[BODY + 1]);
            socket.getOutputStream().flush();

            assertTrue(rest(socket).startsWith("HTTP/1.1 413 "));
        }
        try (RawHttp2 client = client()) {
            client.greet().frame(HEADERS, END_HEADERS, 1, RawHttp2.request("POST", "/"));
            for (int sent = 0; sent <= BODY; sent += 16_000) {
                client.frame(DATA, 0, 1, new byte[16_000]);
            }
            client.flush();

            assertEquals(HEADERS, client.await(HEADERS).type());
        }
        assertEquals(0, handled.get());
        assertEquals(0, server.unfinishedBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nx: ", "GET /"})
    void answersHeadsBeyondTheLimitWith431(String begun) throws Exception {
        serve(PATIENT);
        try (Socket socket = http1()) {
            socket.getOutputStream().write((begun + "v".repeat(70_000)).getBytes(US_ASCII));
            socket.getOutputStream().flush();

            String answer = rest(socket);

            assertTrue(answer.startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
            assertTrue(answer.endsWith("\r\n\r\n431 Request Header Fields Too Large"), answer);
        }
    }

    /// Five clients hoard what the server may hold; the largest go, the small one stays.
    @Test
    void closesWhoHoardsUnfinishedBodies() throws Exception {
        serve(PATIENT);
        List<RawHttp2> greedy = new ArrayList<>();
        try (RawHttp2 modest = client()) {
            modest.greet()
                    .frame(HEADERS, END_HEADERS, 1, RawHttp2.request("POST", "/"))
                    .frame(DATA, 0, 1, new byte[1000])
                    .flush();
            for (int each = 0; each < 5; each++) {
                RawHttp2 client = client().greet();
                greedy.add(client);
                hoard(client);
                assertTrue(server.unfinishedBytes() <= 4L << 20);
            }
            int ended = 0;
            for (RawHttp2 client : greedy.subList(0, 3)) {
                ended += client.end() == 0 ? 0 : 1;
            }
            assertEquals(3, ended);
            assertOthersAreServed();

            modest.frame(DATA, END_STREAM, 1, new byte[1000]).flush();
            assertEquals(1, modest.await(HEADERS).stream());
        } finally {
            for (RawHttp2 client : greedy) {
                client.close();
            }
        }
    }

    /// Begins three bodies of almost a megabyte each; the server may end the connection meanwhile.
    private static void hoard(RawHttp2 client) throws IOException {
        for (int stream = 1; stream < 7; stream += 2) {
            client.frame(HEADERS, END_HEADERS, stream, RawHttp2.request("POST", "/"));
            for (int sent = 0; sent < 960_000; sent += 16_000) {
                client.frame(DATA, 0, stream, new byte[16_000]);
            }
        }
        client.frame(PING, 0, 0, new byte[8]).flush();
        client.await(PING);
    }
}
