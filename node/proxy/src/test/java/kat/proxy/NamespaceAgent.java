package kat.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A program that a test starts inside a network namespace. It answers every TCP connection and
/// UDP packet on its ports with its name and the sender's address, and does what it reads from
/// standard input: `tcp ADDRESS PORT`, `udp ADDRESS PORT [FROM]`, `open ADDRESS PORT`, `say`, `load
/// ADDRESS PORT COUNT` (so many connections one after another; the answer counts failures), `reach
/// ADDRESS,ADDRESS PROTOCOL PORT` (all at once; the answer has `yes` or `no` for each).
final class NamespaceAgent {

    private static final int PATIENCE_MILLIS = 1_500;
    private static final int REACH_MILLIS = 400;
    private static Socket kept = new Socket();

    private NamespaceAgent() {}

    public static void main(String[] arguments) throws IOException {
        String name = arguments[0];
        for (String number : List.of(arguments).subList(1, arguments.length)) {
            int port = Integer.parseInt(number);
            ServerSocket tcp = new ServerSocket(port);
            DatagramSocket udp = new DatagramSocket(port);
            Thread.ofPlatform().daemon().start(() -> serveTcp(tcp, name));
            Thread.ofPlatform().daemon().start(() -> serveUdp(udp, name));
        }
        System.out.println("up");
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(answer(line.split(" ")));
        }
    }

    private static String answer(String[] words) {
        try {
            return switch (words[0]) {
                case "tcp" -> {
                    try (Socket socket = connect(words)) {
                        yield exchange(socket);
                    }
                }
                case "open" -> {
                    kept = connect(words);
                    yield exchange(kept);
                }
                case "say" -> exchange(kept);
                case "load" -> load(words);
                case "reach" -> reach(words);
                default -> askUdp(words);
            };
        } catch (IOException e) {
            return "error " + e.getMessage();
        }
    }

    private static String load(String[] words) {
        int failures = 0;
        String last = "";
        for (int i = 0; i < Integer.parseInt(words[3]); i++) {
            try (Socket socket = connect(words)) {
                exchange(socket);
            } catch (IOException e) {
                failures++;
                last = " " + e.getMessage();
            }
        }
        return failures + " failures" + last;
    }

    private static String reach(String[] words) {
        List<FutureTask<Boolean>> asked = new ArrayList<>();
        for (String address : words[1].split(",", -1)) {
            InetSocketAddress target = new InetSocketAddress(address, Integer.parseInt(words[3]));
            FutureTask<Boolean> task =
                    new FutureTask<>(
                            () -> words[2].equals("tcp") ? reachTcp(target) : reachUdp(target));
            asked.add(task);
            Thread.ofPlatform().daemon().start(task);
        }
        StringBuilder answer = new StringBuilder();
        for (FutureTask<Boolean> task : asked) {
            try {
                answer.append(task.get() ? "yes " : "no ");
            } catch (InterruptedException | ExecutionException e) {
                answer.append("no ");
            }
        }
        return answer.toString().strip();
    }

    private static boolean reachTcp(InetSocketAddress target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(target, REACH_MILLIS);
            return true;
        }
    }

    private static boolean reachUdp(InetSocketAddress target) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(REACH_MILLIS);
            socket.connect(target);
            socket.send(new DatagramPacket(new byte[] {'x'}, 1));
            socket.receive(new DatagramPacket(new byte[100], 100));
            return true;
        }
    }

    private static Socket connect(String[] words) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(
                new InetSocketAddress(words[1], Integer.parseInt(words[2])), PATIENCE_MILLIS);
        return socket;
    }

    private static String exchange(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        byte[] answer = new byte[100];
        int length = socket.getInputStream().read(answer);
        return length < 0 ? "closed" : new String(answer, 0, length, StandardCharsets.UTF_8);
    }

    private static String askUdp(String[] words) throws IOException {
        int from = words.length > 3 ? Integer.parseInt(words[3]) : 0;
        try (DatagramSocket socket = new DatagramSocket(from)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(words[1], Integer.parseInt(words[2])));
            socket.send(new DatagramPacket(new byte[] {'x'}, 1));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        }
    }

    private static void serveTcp(ServerSocket server, String name) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket, name));
            } catch (IOException e) {
                System.err.println(e);
                return;
            }
        }
    }

    private static void serve(Socket socket, String name) {
        try (socket) {
            String peer = socket.getInetAddress().getHostAddress();
            while (socket.getInputStream().read() >= 0) {
                socket.getOutputStream()
                        .write((name + " " + peer).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static void serveUdp(DatagramSocket socket, String name) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        while (true) {
            try {
                socket.receive(packet);
                byte[] answer =
                        (name + " " + packet.getAddress().getHostAddress())
                                .getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                System.err.println(e);
                return;
            }
        }
    }
}
