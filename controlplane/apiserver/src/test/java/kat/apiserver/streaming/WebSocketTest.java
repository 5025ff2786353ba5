package kat.apiserver.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import kat.apiserver.http.RawConnection;
import org.junit.jupiter.api.Test;

class WebSocketTest {

    private static final int BINARY = 0x02;
    private static final int CONTINUATION = 0x00;
    private static final int CLOSE = 0x08;
    private static final int LAST = 0x80;
    private static final int LENGTH_IN_8_BYTES = 127;

    private final Messages messages = new Messages();
    private final Connection connection = new Connection();
    private final WebSocket socket = new WebSocket(messages);

    WebSocketTest() {
        socket.attach(connection);
    }

    @Test
    void aMessageInPartsIsOneMessage() {
        socket.received(frame(BINARY, 3));
        assertEquals(List.of(), messages.lengths);
        socket.received(frame(CONTINUATION | LAST, 4));
        assertEquals(List.of(7), messages.lengths);
    }

    @Test
    void aMessageWithoutEndIsCutOff() {
        socket.received(frame(BINARY, 8 << 20));
        socket.received(frame(CONTINUATION, 8 << 20));
        assertFalse(connection.isClosed);
        socket.received(frame(CONTINUATION, 1));
        assertTrue(connection.isClosed);
        assertEquals(List.of(), messages.lengths);
    }

    @Test
    void whoClosesIsAnsweredOnce() throws InterruptedException {
        socket.received(frame(CLOSE | LAST, 2));
        connection.ended.await();
        socket.close();

        assertEquals(List.of(CLOSE | LAST), connection.heads);
    }

    @Test
    void theServersOwnCloseIsNotAnswered() throws InterruptedException {
        socket.close();
        socket.received(frame(CLOSE | LAST, 2));

        assertEquals(List.of(CLOSE | LAST), connection.heads);
    }

    private static byte[] frame(int head, int length) {
        byte[] frame = new byte[10 + length];
        frame[0] = (byte) head;
        frame[1] = LENGTH_IN_8_BYTES;
        for (int i = 0; i < 4; i++) {
            frame[9 - i] = (byte) (length >> (8 * i));
        }
        return frame;
    }

    private static final class Messages implements WebSocket.Listener {
        final List<Integer> lengths = new ArrayList<>();

        @Override
        public void message(byte[] bytes) {
            lengths.add(bytes.length);
        }

        @Override
        public void closed() {}
    }

    private static final class Connection implements RawConnection {
        final CountDownLatch ended = new CountDownLatch(1);
        final List<Integer> heads = new CopyOnWriteArrayList<>();
        boolean isClosed;

        @Override
        public void write(byte[] bytes) {
            heads.add(bytes[0] & 0xFF);
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void close() {
            isClosed = true;
            ended.countDown();
        }
    }
}
