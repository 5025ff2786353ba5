package kat.dns;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;

/// The two sockets of a name server: one address and port, for UDP and TCP (RFC 7766, section 5).
///
/// @param udp takes packets, already bound
/// @param tcp takes connections, bound to the same address and port
record DnsSockets(DatagramChannel udp, ServerSocketChannel tcp) {

    private static final int BACKLOG = 128;

    /// How often a port is drawn that both protocols can have.
    private static final int DRAWS = 32;

    /// Opens a UDP socket that is bound to an address.
    @FunctionalInterface
    interface Packets {
        DatagramChannel open(InetSocketAddress address) throws IOException;
    }

    /// @param address where to listen; port 0 takes one that is free for both
    /// @throws IOException when the address cannot be used
    static DnsSockets open(InetSocketAddress address) throws IOException {
        return open(address, DnsSockets::packets);
    }

    /// @param packets opens the UDP socket, which draws the port
    static DnsSockets open(InetSocketAddress address, Packets packets) throws IOException {
        for (int draw = 1; ; draw++) {
            DatagramChannel udp = packets.open(address);
            try {
                return new DnsSockets(udp, connections((InetSocketAddress) udp.getLocalAddress()));
            } catch (BindException e) {
                udp.close();
                // The kernel draws a port that is free for UDP; a program may hold it for TCP.
                if (address.getPort() != 0 || draw == DRAWS) {
                    throw e;
                }
            } catch (IOException e) {
                udp.close();
                throw e;
            }
        }
    }

    private static DatagramChannel packets(InetSocketAddress address) throws IOException {
        DatagramChannel udp = DatagramChannel.open();
        try {
            return udp.bind(address);
        } catch (IOException e) {
            udp.close();
            throw e;
        }
    }

    private static ServerSocketChannel connections(InetSocketAddress address) throws IOException {
        ServerSocketChannel tcp = ServerSocketChannel.open();
        try {
            return tcp.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address, BACKLOG);
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
    }
}
