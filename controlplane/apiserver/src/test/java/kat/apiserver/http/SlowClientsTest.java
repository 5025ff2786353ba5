package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static kat.apiserver.http.RawHttp2.DATA;
import static kat.apiserver.http.RawHttp2.END_HEADERS;
import static kat.apiserver.http.RawHttp2.END_STREAM;
import static kat.apiserver.http.RawHttp2.HEADERS;
import static kat.apiserver.http.RawHttp2.PING;
import static kat.apiserver.http.RawHttp2.RST_STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.apiserver.http.RawHttp2.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are silent or slow lose their connection or their request, and others are served
/// meanwhile.
class SlowClientsTest extends AbusedServer {

    private static HttpLimits with(Duration handshake, Duration head, Duration idle) {
        return new HttpLimits(
                handshake,
                idle,
                head,
                idle,
                PATIENT.body(),
                PATIENT.answer(),
                PATIENT.look(),
                PATIENT.connections(),
                PATIENT.unfinishedBytes());
    }

    private static HttpLimits withSlow(Duration body, Duration answer) {
        return new HttpLimits(LONG, LONG, LONG, LONG, body, answer, PATIENT.look(), 1000, 4L << 20);
    }

    @Test
    void closesConnectionsWhoseHandshakeNeverEnds() throws Exception {
        serve(with(SHORT, LONG, LONG));
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
        }

        assertOthersAreServed();

        for (Socket each : silent) {
            each.setSoTimeout(20_000);
            assertEquals("", rest(each));
            each.close();
        }
    }

    @Test
    void closesConnectionsWhosePrefaceNeverComes() throws Exception {
        serve(with(LONG, LONG, SHORT));
        try (RawHttp2 silent = client()) {
            assertEquals(0, Math.max(0, silent.end()));
        }
    }

    @Test
    void closesConnectionsThatOnlyPing() throws Exception {
        serve(with(LONG, LONG, SHORT));
        try (RawHttp2 client = client()) {
            client.greet().flush();
            int pings = 0;
            boolean open = true;
            while (open && pings < 100_000) {
                try {
                    client.frame(PING, 0, 0, new byte[8]).flush();
                    Frame frame = client.read();
                    open = frame.type() != RawHttp2.GOAWAY;
                    pings++;
                } catch (IOException e) {
                    open = false;
                }
            }
            assertTrue(!open, "pings: " + pings);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1\r\nhost: a\r\n", "GET / HTT"})
    void closesHttp1ConnectionsWhoseHeadDoesNotCome(String begun) throws Exception {
        serve(begun.isEmpty() ? with(LONG, LONG, SHORT) : with(LONG, SHORT, LONG));
        try (Socket socket = http1()) {
            socket.getOutputStream().write(begun.getBytes(US_ASCII));
            socket.getOutputStream().flush();

            assertEquals("", rest(socket));
        }
        assertEquals(0, handled.get());
    }

    @Test
    void closesHttp1ConnectionsWhoseBodyDoesNotCome() throws Exception {
        serve(withSlow(SHORT, LONG));
        try (Socket socket = http1()) {
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n12".getBytes(US_ASCII));
            socket.getOutputStream().flush();

            assertEquals("", rest(socket));
        }
        assertEquals(0, handled.get());
    }

    @Test
    void resetsStreamsWhoseBodyDoesNotCome() throws Exception {
        serve(withSlow(SHORT, LONG));
        try (RawHttp2 client = client()) {
            client.greet()
                    .frame(HEADERS, END_HEADERS, 1, RawHttp2.request("POST", "/"))
                    .frame(DATA, 0, 1, new byte[100])
                    .flush();

            Frame reset = client.await(RST_STREAM);

            assertEquals(1, reset.stream());
            assertEquals(CANCEL, reset.payload().getInt());
            client.frame(HEADERS, END_HEADERS | END_STREAM, 3, RawHttp2.request("GET", "/"))
                    .flush();
            assertEquals(3, client.await(HEADERS).stream());
            // what the stream held is given back behind its reset
            assertEquals(0, server.unfinishedBytes());
        }
    }

    @Test
    void resetsStreamsWhoseAnswerIsNotTaken() throws Exception {
        serve(withSlow(LONG, SHORT));
        try (RawHttp2 client = client()) {
            client.greet()
                    .frame(HEADERS, END_HEADERS | END_STREAM, 1, RawHttp2.request("GET", "/large"))
                    .flush();

            assertEquals(CANCEL, client.await(RST_STREAM).payload().getInt());
        }
        assertOthersAreServed();
    }

    @Test
    void closesHttp1ConnectionsWhoseAnswerIsNotTaken() throws Exception {
        serve(withSlow(LONG, SHORT));
        try (Socket socket = http1()) {
            socket.getOutputStream().write("GET /large HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
            socket.getOutputStream().flush();
            while (server.connections() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void acceptsNoMoreConnectionsThanItMay() throws Exception {
        serve(new HttpLimits(LONG, LONG, LONG, LONG, LONG, LONG, LONG, 4, 4L << 20));
        List<RawHttp2> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(client().greet().flush());
        }
        try (Socket fifth = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            fifth.setSoTimeout(20_000);
            assertEquals("", rest(fifth));
        }
        open.getFirst().close();
        while (server.connections() > 3) {
            Thread.onSpinWait();
        }

        assertOthersAreServed();

        for (RawHttp2 each : open) {
            each.close();
        }
    }

    @Test
    void letsIdleConnectionsMakeRoomWhenManyAreOpen() throws Exception {
        serve(new HttpLimits(LONG, LONG, LONG, LONG, LONG, LONG, PATIENT.look(), 4, 4L << 20));
        List<RawHttp2> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(client().greet().flush());
        }

        while (server.connections() > 3) {
            Thread.onSpinWait();
        }
        assertOthersAreServed();

        for (RawHttp2 each : open) {
            each.close();
        }
    }
}
