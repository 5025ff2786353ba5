package kat.apiserver.streaming;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import kat.api.Status;
import org.jspecify.annotations.Nullable;

/// A process's client over `v4.channel.k8s.io` or `v5.channel.k8s.io`: each message begins with the
/// number of its channel; in version 5 the client closes a channel by 255 and its number.
final class WebSocketClient implements ProcessClient, WebSocket.Listener {

    private static final int CLOSE_CHANNEL = 255;

    private final WebSocket socket = new WebSocket(this);
    private final Map<Channel, Inbox> inboxes = new EnumMap<>(Channel.class);
    private volatile @Nullable Runnable onGone;
    private volatile boolean gone;

    WebSocketClient() {
        for (Channel channel : Channel.values()) {
            inboxes.put(channel, new Inbox(() -> socket.connection().resume()));
        }
    }

    WebSocket socket() {
        return socket;
    }

    @Override
    public Inbox inbox(Channel channel) {
        Inbox found = inboxes.get(channel);
        return found == null ? new Inbox(() -> {}) : found;
    }

    @Override
    public void message(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        boolean closing = (bytes[0] & 0xFF) == CLOSE_CHANNEL && bytes.length > 1;
        Channel channel = Channel.of(bytes[closing ? 1 : 0]);
        if (channel == null) {
            return;
        }
        if (closing) {
            inbox(channel).end();
        } else if (inbox(channel).add(Arrays.copyOfRange(bytes, 1, bytes.length))) {
            socket.connection().pause();
        }
    }

    @Override
    public void closed() {
        gone = true;
        inboxes.values().forEach(Inbox::end);
        Runnable callback = onGone;
        if (callback != null) {
            callback.run();
        }
    }

    @Override
    public void send(Channel channel, byte[] bytes) throws InterruptedException {
        byte[] message = new byte[bytes.length + 1];
        message[0] = (byte) channel.number();
        System.arraycopy(bytes, 0, message, 1, bytes.length);
        socket.send(message);
    }

    @Override
    public void finish(Status status) throws InterruptedException {
        send(Channel.ERROR, status.toJson().toBytes());
        socket.close();
    }

    @Override
    public void onGone(Runnable callback) {
        onGone = callback;
        if (gone) {
            callback.run();
        }
    }

    @Override
    public void awaitReady() {}
}
