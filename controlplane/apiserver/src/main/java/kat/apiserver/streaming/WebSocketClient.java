package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.EnumMap;
import java.util.Map;
import kat.api.Status;
import kat.client.node.ExecOptions;
import org.jspecify.annotations.Nullable;

/// A process's client over a WebSocket, in one of the protocols of [ChannelProtocol].
final class WebSocketClient implements ProcessClient, WebSocket.Listener {

    private static final int CLOSE_CHANNEL = 255;

    private final WebSocket socket = new WebSocket(this);
    private final ChannelProtocol protocol;
    private final Channel greeted;
    private final Map<Channel, Inbox> inboxes = new EnumMap<>(Channel.class);
    private volatile @Nullable Runnable onGone;
    private volatile boolean gone;

    /// @param options of the process: its first output is where an empty message tells the client
    ///     that all is well
    WebSocketClient(ChannelProtocol protocol, ExecOptions options) {
        this.protocol = protocol;
        this.greeted =
                options.stdout()
                        ? Channel.STDOUT
                        : options.stderr() ? Channel.STDERR : Channel.ERROR;
        for (Channel channel : Channel.values()) {
            inboxes.put(channel, new Inbox(socket));
        }
    }

    WebSocket socket() {
        return socket;
    }

    @Override
    public Inbox inbox(Channel channel) {
        Inbox found = inboxes.get(channel);
        return found == null ? new Inbox(Inbox.NONE) : found;
    }

    @Override
    public void message(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        boolean closing = (bytes[0] & 0xFF) == CLOSE_CHANNEL && bytes.length > 1;
        Channel channel = Channel.of(closing ? bytes[1] : protocol.channel(bytes));
        if (channel == null) {
            return;
        }
        if (closing) {
            inbox(channel).end();
            return;
        }
        try {
            inbox(channel).add(protocol.payload(bytes));
        } catch (IllegalArgumentException notBase64) {
            socket.drop();
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
        byte[] message = protocol.message(channel.number(), bytes);
        if (protocol.isText()) {
            socket.sendText(message);
        } else {
            socket.send(message);
        }
    }

    @Override
    public void finish(Status status) throws InterruptedException {
        if (protocol.tellsStatus()) {
            send(Channel.ERROR, status.toJson().toBytes());
        } else if (status.code() >= 400) {
            send(Channel.ERROR, status.message().getBytes(UTF_8));
        }
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
    public void awaitReady() throws InterruptedException {
        send(greeted, new byte[0]);
    }
}
