package kat.apiserver.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A log over a WebSocket: every message is a piece of it.
///
/// **Source:** `Reader` in `k8s.io/apiserver/pkg/util/wsstream`.
final class LogSocket implements WebSocket.Listener {

    static final String BASE64 = "base64.binary.k8s.io";

    /// What is understood; the empty name is for clients that offer nothing.
    static final List<String> PROTOCOLS = List.of("binary.k8s.io", BASE64, "");

    private static final int PART_BYTES = 32 << 10;

    private final WebSocket socket = new WebSocket(this);
    private final boolean isText;
    private final Runnable onGone;

    /// @param isText whether pieces are sent as text in base 64
    /// @param onGone called when the client has gone; must not block
    LogSocket(boolean isText, Runnable onGone) {
        this.isText = isText;
        this.onGone = onGone;
    }

    WebSocket socket() {
        return socket;
    }

    /// Sends all of the log and closes. An empty message comes first: it tells that all is well.
    void send(InputStream log) throws IOException, InterruptedException {
        piece(new byte[0]);
        byte[] part = new byte[PART_BYTES];
        for (int read = log.read(part); read >= 0; read = log.read(part)) {
            piece(Arrays.copyOf(part, read));
        }
        socket.close();
    }

    private void piece(byte[] bytes) throws InterruptedException {
        if (isText) {
            socket.sendText(Base64.getEncoder().encode(bytes));
        } else {
            socket.send(bytes);
        }
    }

    @Override
    public void message(byte[] bytes) {}

    @Override
    public void closed() {
        onGone.run();
    }
}
