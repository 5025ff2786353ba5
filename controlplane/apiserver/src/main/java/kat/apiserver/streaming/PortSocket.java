package kat.apiserver.streaming;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kat.api.Status;

/// Forwarded ports over the channels of a WebSocket: of each port, in the order in which they were
/// asked for, one channel has the data and the next the errors. Each begins with the port's number
/// in two bytes, the lower one first.
///
/// **Threads:** messages come on the connection's thread; each port has a virtual thread.
///
/// **Source:** `streaming/portforward/websocket.go` of cri-streaming.
final class PortSocket implements WebSocket.Listener {

    /// The protocols in the order of preference; the empty name is for clients that offer nothing.
    static final List<String> PROTOCOLS =
            List.of(
                    ChannelProtocol.V4.label(),
                    ChannelProtocol.V4_BASE64.label(),
                    ChannelProtocol.NONE.label());

    private static final int HIGHEST_PORT = 65_535;

    private final WebSocket socket = new WebSocket(this);
    private final ChannelProtocol protocol;
    private final List<Integer> ports;
    private final List<Channel> channels = new ArrayList<>();

    /// @param ports at least one
    PortSocket(ChannelProtocol protocol, List<Integer> ports) {
        this.protocol = protocol;
        this.ports = List.copyOf(ports);
        for (int number = 0; number < 2 * ports.size(); number++) {
            channels.add(new Channel(number));
        }
    }

    /// The ports that a request names: several values, each of several with commas between.
    ///
    /// @throws kat.api.StatusException 400
    static List<Integer> ports(List<String> values) {
        if (values.isEmpty()) {
            throw Status.badRequest("query parameter \"port\" is required").asException();
        }
        List<Integer> ports = new ArrayList<>();
        for (String value : values) {
            for (String text : value.split(",", -1)) {
                ports.add(port(value, text));
            }
        }
        return ports;
    }

    private static int port(String value, String text) {
        int port = -1;
        if (text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            port = text.isEmpty() ? -1 : Integer.parseInt(text);
        }
        if (port < 1 || port > HIGHEST_PORT) {
            throw Status.badRequest("unable to parse \"" + value + "\" as a port").asException();
        }
        return port;
    }

    WebSocket socket() {
        return socket;
    }

    /// Blocks until every connection has ended.
    void run(PortLink link) throws InterruptedException {
        CountDownLatch open = new CountDownLatch(ports.size());
        for (int at = 0; at < ports.size(); at++) {
            int port = ports.get(at);
            Channel data = channels.get(2 * at);
            Channel error = channels.get(2 * at + 1);
            byte[] greeting = {(byte) port, (byte) (port >> 8)};
            data.send(greeting);
            error.send(greeting);
            Thread.ofVirtual().start(() -> join(link, port, data, error, open));
        }
        open.await();
        socket.close();
    }

    private static void join(
            PortLink link, int port, Channel data, Channel error, CountDownLatch open) {
        try {
            link.join(port, data, error);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.countDown();
        }
    }

    @Override
    public void message(byte[] bytes) {
        int number = bytes.length == 0 ? -1 : protocol.channel(bytes);
        // Nobody reads what clients send on channels of errors, which have odd numbers.
        if (number < 0 || number >= channels.size() || number % 2 == 1) {
            return;
        }
        try {
            channels.get(number).input.add(protocol.payload(bytes));
        } catch (IllegalArgumentException notBase64) {
            socket.drop();
        }
    }

    @Override
    public void closed() {
        channels.forEach(channel -> channel.input.end());
    }

    private final class Channel implements ForwardedStream {
        private final int number;
        private final Inbox input = new Inbox(socket);

        Channel(int number) {
            this.number = number;
        }

        @Override
        public InputStream input() {
            return input;
        }

        @Override
        public void send(byte[] bytes) throws InterruptedException {
            byte[] message = protocol.message(number, bytes);
            if (protocol.isText()) {
                socket.sendText(message);
            } else {
                socket.send(message);
            }
        }

        /// The protocol has no end of a single channel.
        @Override
        public void end() {}
    }
}
