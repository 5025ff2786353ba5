package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.api.Status;
import kat.apiserver.http.Answer;
import kat.apiserver.http.RawConnection;
import kat.apiserver.http.Request;

/// The server's side of one WebSocket: whole messages in, whole messages out.
///
/// **Threads:** bytes are received on the connection's thread, messages are sent by any.
///
/// **Source:** RFC 6455.
final class WebSocket implements RawConnection.Receiver, Inbox.Sender {

    static final int NORMAL = 1000;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private final Listener listener;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final AtomicBoolean closing = new AtomicBoolean(); // a side has said so
    private byte[] pending = {};
    private volatile RawConnection connection = new NotYet();

    /// What gets the messages.
    interface Listener {
        void message(byte[] bytes);

        void closed();
    }

    WebSocket(Listener listener) {
        this.listener = listener;
    }

    void attach(RawConnection upgraded) {
        connection = upgraded;
    }

    @Override
    public void pause() {
        connection.pause();
    }

    @Override
    public void resume() {
        connection.resume();
    }

    /// Ends the connection without a word, after a fault of the client's.
    void drop() {
        connection.close();
    }

    /// The value of `Sec-WebSocket-Accept` for a client's key.
    static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-1", e);
        }
    }

    static boolean isAskedFor(Request request) {
        String upgrade = request.header("upgrade");
        return upgrade != null && upgrade.equalsIgnoreCase("websocket");
    }

    /// What tells the client that its connection is a WebSocket now.
    ///
    /// @param protocol the one agreed on; empty for none
    /// @throws kat.api.StatusException when the request has no key
    static Answer head(Request request, String protocol) {
        String key = request.header("sec-websocket-key");
        if (key == null) {
            throw Status.badRequest("the WebSocket request has no key").asException();
        }
        Answer head = switching("websocket").with("sec-websocket-accept", accept(key));
        return protocol.isEmpty() ? head : head.with("sec-websocket-protocol", protocol);
    }

    static Answer switching(String to) {
        return new Answer(101, "", List.of(), List.of())
                .with("connection", "Upgrade")
                .with("upgrade", to);
    }

    @Override
    public void received(byte[] bytes) {
        pending = pending.length == 0 ? bytes : joined(pending, bytes);
        int used = 0;
        int length = frame(used);
        while (length > 0) {
            used += length;
            length = frame(used);
        }
        pending = used == 0 ? pending : Arrays.copyOfRange(pending, used, pending.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /// Takes the frame at `start`; gives its length, or 0 when it is not complete.
    private int frame(int start) {
        int left = pending.length - start;
        if (left < 2) {
            return 0;
        }
        int first = pending[start] & 0xFF;
        int second = pending[start + 1] & 0xFF;
        long length = second & 0x7F;
        int head = 2;
        if (length >= 126) {
            int bytes = length == 126 ? 2 : 8;
            if (left < head + bytes) {
                return 0;
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | (pending[start + head + i] & 0xFF);
            }
            head += bytes;
        }
        boolean masked = (second & MASKED) != 0;
        int mask = start + head;
        head += masked ? 4 : 0;
        if (length < 0 || length > MAX_MESSAGE_BYTES - message.size()) {
            connection.close();
            return 0;
        }
        if (left < head + length) {
            return 0;
        }
        byte[] payload = Arrays.copyOfRange(pending, start + head, start + head + (int) length);
        for (int i = 0; masked && i < payload.length; i++) {
            payload[i] ^= pending[mask + (i & 3)];
        }
        handle(first, payload);
        return head + (int) length;
    }

    private void handle(int first, byte[] payload) {
        switch (first & 0x0F) {
            case CONTINUATION, TEXT, BINARY -> {
                message.writeBytes(payload);
                if ((first & FINAL) != 0) {
                    byte[] whole = message.toByteArray();
                    message.reset();
                    listener.message(whole);
                }
            }
            case PING -> later(frameOf(10, payload));
            case CLOSE -> {
                boolean isFirst = closing.compareAndSet(false, true);
                listener.closed();
                if (isFirst) {
                    Thread.ofVirtual().start(() -> quietlyEnd(frameOf(CLOSE, payload)));
                }
            }
            default -> {}
        }
    }

    /// Answers from the connection's thread, which must not wait.
    private void later(byte[] frame) {
        Thread.ofVirtual().start(() -> quietly(frame));
    }

    private void quietly(byte[] frame) {
        try {
            connection.write(frame);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void quietlyEnd(byte[] frame) {
        quietly(frame);
        connection.close();
    }

    @Override
    public void closed() {
        listener.closed();
    }

    void send(byte[] payload) throws InterruptedException {
        connection.write(frameOf(BINARY, payload));
    }

    /// @param text in UTF-8
    void sendText(byte[] text) throws InterruptedException {
        connection.write(frameOf(TEXT, text));
    }

    /// Ends the connection in good order, unless the client does already.
    void close() throws InterruptedException {
        if (closing.compareAndSet(false, true)) {
            connection.write(frameOf(CLOSE, new byte[] {(byte) (NORMAL >> 8), (byte) NORMAL}));
            connection.close();
        }
    }

    private static byte[] frameOf(int opcode, byte[] payload) {
        int length = payload.length;
        int extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
        byte[] frame = new byte[2 + extended + length];
        frame[0] = (byte) (FINAL | opcode);
        frame[1] = (byte) (extended == 0 ? length : extended == 2 ? 126 : 127);
        for (int i = 0; i < extended; i++) {
            frame[2 + i] = (byte) ((long) length >> (8 * (extended - 1 - i)));
        }
        System.arraycopy(payload, 0, frame, 2 + extended, length);
        return frame;
    }

    /// Stands in until the connection was taken over.
    private static final class NotYet implements RawConnection {
        @Override
        public void write(byte[] bytes) {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void close() {}
    }
}
