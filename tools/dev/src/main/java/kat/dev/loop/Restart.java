package kat.dev.loop;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import kat.dev.config.DevException;

/// Tells the supervisor of a Java container to start its program again, in the same container,
/// with changed classes and resources before those of the image.
///
/// The other side is `kat.dev.inside.Supervisor`.
public final class Restart {

    private static final String GREETING = "kat-dev-1";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Restart() {}

    /// Returns when the new program was started.
    ///
    /// @param port of this machine that leads to the supervisor
    /// @param files by their paths below the class path
    /// @throws DevException when it cannot be done
    public static void restart(int port, SortedMap<String, byte[]> files) {
        String answer;
        try (Socket socket = new Socket()) {
            int most = Math.toIntExact(PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), most);
            socket.setSoTimeout(most);
            DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            out.writeUTF(GREETING);
            out.writeInt(files.size());
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.writeUTF(file.getKey());
                out.writeInt(file.getValue().length);
                out.write(file.getValue());
            }
            out.flush();
            answer = new DataInputStream(socket.getInputStream()).readUTF();
        } catch (IOException e) {
            throw new DevException("a program cannot be started again in place", e);
        }
        if (!answer.isEmpty()) {
            throw new DevException("a program cannot be started again in place: " + answer);
        }
    }
}
