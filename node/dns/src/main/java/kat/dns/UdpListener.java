package kat.dns;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.Semaphore;

/// Receives questions over UDP. What is known is answered by the receiving thread; each question
/// for others gets a thread of its own, and only so many wait at a time.
final class UdpListener {

    /// Questions that may wait for the machine's resolvers.
    static final int MOST_WAITING = 512;

    private static final Logger LOG = System.getLogger("kat.dns");
    private static final int LARGEST_QUESTION = 4_096;

    private final DatagramChannel channel;
    private final Resolution resolution;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private volatile boolean closed;

    UdpListener(DatagramChannel channel, Resolution resolution) {
        this.channel = channel;
        this.resolution = resolution;
    }

    void close() {
        closed = true;
    }

    void run() {
        ByteBuffer buffer = ByteBuffer.allocate(LARGEST_QUESTION);
        while (!closed) {
            try {
                buffer.clear();
                SocketAddress sender = channel.receive(buffer);
                buffer.flip();
                byte[] message = new byte[buffer.remaining()];
                buffer.get(message);
                answer(message, sender);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // An answer that could not be delivered may be reported by the next receive.
                LOG.log(Level.DEBUG, "a DNS packet was lost", e);
            } catch (RuntimeException e) {
                // A defect must not cost the cluster its DNS.
                LOG.log(Level.ERROR, "cannot answer a DNS packet", e);
            }
        }
    }

    private void answer(byte[] message, SocketAddress sender) throws IOException {
        Resolution.Reply reply = resolution.reply(message, false);
        Packet ready = reply.message();
        if (ready != null) {
            send(ready.bytes(), sender);
        }
        DnsQuery query = reply.forwarded();
        if (query == null) {
            return;
        }
        if (!waiting.tryAcquire()) {
            send(resolution.refuse(query, false), sender);
            return;
        }
        Thread.ofVirtual().name("kat-dns-forward").start(() -> forward(query, sender));
    }

    private void forward(DnsQuery query, SocketAddress sender) {
        try {
            send(resolution.ask(query, false), sender);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a DNS answer was lost", e);
        } finally {
            waiting.release();
        }
    }

    private void send(byte[] message, SocketAddress receiver) throws IOException {
        channel.send(ByteBuffer.wrap(message), receiver);
    }
}
