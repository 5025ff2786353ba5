package kat.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsSocketsTest {

    private final InetSocketAddress any =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void bothProtocolsHaveOnePort() throws IOException {
        DnsSockets sockets = DnsSockets.open(any);
        try (DatagramChannel udp = sockets.udp();
                var tcp = sockets.tcp()) {
            assertEquals(udp.getLocalAddress(), tcp.getLocalAddress());
        }
    }

    @Test
    void drawsAnotherPortWhenAProgramHasItForConnections() throws IOException {
        List<DatagramChannel> opened = new ArrayList<>();
        try (ServerSocket other = new ServerSocket(0, 1, any.getAddress())) {
            DnsSockets sockets =
                    DnsSockets.open(
                            any,
                            address -> {
                                // The first draw meets the port of the other program.
                                boolean isFirst = opened.isEmpty();
                                opened.add(
                                        DatagramChannel.open()
                                                .bind(
                                                        isFirst
                                                                ? other.getLocalSocketAddress()
                                                                : address));
                                return opened.getLast();
                            });
            try (DatagramChannel udp = sockets.udp();
                    var tcp = sockets.tcp()) {
                assertEquals(2, opened.size());
                assertFalse(opened.getFirst().isOpen());
                assertEquals(udp.getLocalAddress(), tcp.getLocalAddress());
            }
        }
    }

    @Test
    void aPortThatWasAskedForIsNotReplaced() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, any.getAddress())) {
            InetSocketAddress asked = (InetSocketAddress) other.getLocalSocketAddress();

            BindException refused = assertThrows(BindException.class, () -> DnsSockets.open(asked));

            assertEquals("Address already in use", refused.getMessage());
        }
    }
}
