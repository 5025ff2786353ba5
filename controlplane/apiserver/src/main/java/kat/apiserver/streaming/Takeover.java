package kat.apiserver.streaming;

import java.io.IOException;
import java.util.Arrays;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.RawConnection;
import org.jspecify.annotations.Nullable;

/// A connection that a client takes over (WebSocket, SPDY), joined end to end with one to the
/// server that the request was for.
///
/// **Threads:** any; blocks as long as the connection lasts.
public final class Takeover {

    private static final int PART_BYTES = 32 << 10;

    private Takeover() {}

    /// Joins both until one of them ends.
    ///
    /// @param call closed at the end
    /// @param answer 101 to `call`
    /// @param head what the client is told of it
    public static void join(Exchange exchange, HttpCall call, HttpAnswer answer, Answer head)
            throws InterruptedException {
        String to = exchange.request().header("upgrade");
        Client client = new Client();
        RawConnection connection =
                exchange.upgrade(
                        head.with("connection", "Upgrade").with("upgrade", to == null ? "" : to),
                        client);
        client.connection = connection;
        Thread forward = Thread.ofVirtual().name("kat-takeover").start(() -> forward(call, client));
        try {
            byte[] part = new byte[PART_BYTES];
            for (int read = answer.body().read(part); read >= 0; read = answer.body().read(part)) {
                connection.write(Arrays.copyOf(part, read));
            }
        } catch (IOException ended) {
            System.getLogger(Takeover.class.getName())
                    .log(System.Logger.Level.DEBUG, "joined connection ended", ended);
        } finally {
            connection.close();
            forward.interrupt();
        }
    }

    private static void forward(HttpCall call, Client client) {
        byte[] part = new byte[PART_BYTES];
        try (call) {
            for (int read = client.sent.read(part); read >= 0; read = client.sent.read(part)) {
                call.write(Arrays.copyOf(part, read));
            }
        } catch (IOException ended) {
            client.end();
        }
    }

    /// What comes from the client, on its connection's thread.
    private static final class Client implements RawConnection.Receiver, Inbox.Sender {

        private final Inbox sent = new Inbox(this);
        private volatile @Nullable RawConnection connection;

        @Override
        public void received(byte[] bytes) {
            sent.add(bytes);
        }

        @Override
        public void pause() {
            RawConnection own = connection;
            if (own != null) {
                own.pause();
            }
        }

        @Override
        public void resume() {
            RawConnection own = connection;
            if (own != null) {
                own.resume();
            }
        }

        void end() {
            RawConnection own = connection;
            if (own != null) {
                own.close();
            }
        }

        @Override
        public void closed() {
            sent.end();
        }
    }
}
