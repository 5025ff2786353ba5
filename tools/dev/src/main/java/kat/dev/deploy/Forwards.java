package kat.dev.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kat.base.Ticker;
import kat.dev.config.DevException;
import kat.dev.config.PortForward;
import kat.dev.process.Shell;

/// Ports of this machine that lead into the cluster, each by a `kubectl port-forward` that is
/// started again when its pod goes.
///
/// **Threads:** any.
public final class Forwards implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LONGEST_END = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int HIGHEST = 65_535;
    private static final String LOOPBACK = "127.0.0.1";

    private final Kubectl kubectl;
    private final Ticker ticker;
    private final Consumer<String> lines;
    private final Set<Integer> given = new HashSet<>();
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;
    private final Map<Integer, CountDownLatch> opening = new ConcurrentHashMap<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    public Forwards(Kubectl kubectl, Ticker ticker, Consumer<String> lines) {
        this.kubectl = kubectl;
        this.ticker = ticker;
        this.lines = lines;
    }

    /// Opens a port and says where it leads.
    ///
    /// @param namespace for those that name none; empty for that of the context
    /// @return the port of this machine
    /// @throws DevException when no port is free
    public int open(PortForward wanted, String namespace) {
        String in = wanted.namespace().isEmpty() ? namespace : wanted.namespace();
        int local = free(wanted);
        List<String> words = new ArrayList<>(List.of("port-forward"));
        words.add(wanted.type() + "/" + wanted.name());
        words.add(local + ":" + wanted.port());
        words.add("--address=" + wanted.address());
        if (!in.isEmpty()) {
            words.addAll(List.of("-n", in));
        }
        lines.accept(
                wanted.type()
                        + "/"
                        + wanted.name()
                        + (in.isEmpty() ? "" : " in " + in)
                        + ", port "
                        + wanted.port()
                        + " -> "
                        + wanted.address()
                        + ":"
                        + local);
        begin(words, List.of(local));
        return local;
    }

    /// Opens any free ports of loopback for several ports of a pod, by one forward.
    ///
    /// @return the ports of this machine, in the order of the pod's
    /// @throws DevException when no port is free
    public List<Integer> open(String namespace, String pod, List<Integer> ports) {
        List<String> words = new ArrayList<>(List.of("port-forward", "pod/" + pod));
        List<Integer> locals = new ArrayList<>();
        for (int port : ports) {
            String text = String.valueOf(port);
            int local = free(new PortForward("pod", pod, namespace, text, 0, LOOPBACK));
            locals.add(local);
            words.add(local + ":" + port);
            lines.accept(
                    String.format(
                            "pod/%s in %s, port %d -> %s:%d",
                            pod, namespace, port, LOOPBACK, local));
        }
        words.addAll(List.of("--address=" + LOOPBACK, "-n", namespace));
        begin(words, locals);
        return List.copyOf(locals);
    }

    private void begin(List<String> words, List<Integer> locals) {
        CountDownLatch isOpen = new CountDownLatch(locals.size());
        locals.forEach(local -> opening.put(local, isOpen));
        threads.add(Thread.startVirtualThread(() -> keep(words, isOpen)));
    }

    /// Waits until a port that was opened leads into the cluster.
    ///
    /// @return whether it does
    public boolean await(int local) throws InterruptedException {
        CountDownLatch isOpen = opening.get(local);
        return isOpen != null && isOpen.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void keep(List<String> words, CountDownLatch isOpen) {
        try {
            while (true) {
                Process process = kubectl.start(words);
                running.add(process);
                try {
                    if (isClosed) {
                        return;
                    }
                    Shell.lines(process.getInputStream(), line -> note(line, isOpen));
                    int unused = process.waitFor();
                } finally {
                    process.destroy();
                    running.remove(process);
                }
                ticker.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void note(String line, CountDownLatch isOpen) {
        if (line.startsWith("Forwarding from")) {
            isOpen.countDown();
        }
    }

    /// The port that was asked for, or the next one that is free.
    private synchronized int free(PortForward wanted) {
        boolean isNumber = wanted.port().matches("\\d{1,5}");
        int first =
                wanted.localPort() > 0
                        ? wanted.localPort()
                        : isNumber ? Integer.parseInt(wanted.port()) : 0;
        if (first == 0) {
            return taken(0, wanted.address());
        }
        for (int port = first; port <= HIGHEST; port++) {
            if (!given.contains(port) && taken(port, wanted.address()) > 0) {
                given.add(port);
                return port;
            }
        }
        throw new DevException("no port from " + first + " on is free");
    }

    /// The port when it could be had, else 0.
    private static int taken(int port, String address) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    /// Ends the forwards, which would stay behind this process; waits for that some seconds at
    /// most.
    @Override
    public void close() {
        isClosed = true;
        threads.forEach(Thread::interrupt);
        // Who reads what a program says does not see an interrupt.
        running.forEach(Process::destroy);
        try {
            for (Thread thread : threads) {
                boolean unused = thread.join(LONGEST_END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
