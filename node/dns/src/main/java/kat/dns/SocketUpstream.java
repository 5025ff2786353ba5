package kat.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import kat.base.Deadline;
import kat.base.Ticker;

/// Asks over a socket of its own for each question, so that its port cannot be guessed from
/// others' (RFC 5452).
final class SocketUpstream implements Upstream {

    private final Ticker ticker;

    SocketUpstream(Ticker ticker) {
        this.ticker = ticker;
    }

    @Override
    public byte[] exchange(
            byte[] message, InetSocketAddress server, boolean overTcp, Duration timeout)
            throws IOException {
        return overTcp ? askTcp(message, server, timeout) : askUdp(message, server, timeout);
    }

    private byte[] askUdp(byte[] message, InetSocketAddress server, Duration timeout)
            throws IOException {
        Deadline deadline = Deadline.in(timeout, ticker);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(message, message.length));
            DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
            while (true) {
                long left = deadline.remaining(ticker).toMillis();
                if (left <= 0) {
                    throw new SocketTimeoutException("no answer from " + server);
                }
                socket.setSoTimeout((int) left);
                socket.receive(packet);
                byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
                if (hasSameId(answer, message)) {
                    return answer;
                }
            }
        }
    }

    private static byte[] askTcp(byte[] message, InetSocketAddress server, Duration timeout)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) timeout.toMillis());
            socket.connect(server, (int) timeout.toMillis());
            byte[] framed = new byte[message.length + 2];
            MessageWriter.setWord(framed, 0, message.length);
            System.arraycopy(message, 0, framed, 2, message.length);
            socket.getOutputStream().write(framed);
            DataInputStream input = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[input.readUnsignedShort()];
            input.readFully(answer);
            if (!hasSameId(answer, message)) {
                throw new IOException("answer of " + server + " to another question");
            }
            return answer;
        }
    }

    private static boolean hasSameId(byte[] answer, byte[] message) {
        return answer.length >= Dns.HEADER_BYTES
                && answer[0] == message[0]
                && answer[1] == message[1];
    }
}
