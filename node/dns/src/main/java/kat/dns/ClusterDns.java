package kat.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.api.Kinds;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.client.Informer;
import kat.client.Informers;
import org.jspecify.annotations.Nullable;

/// The cluster's DNS server. It answers from the informers' memory and sleeps otherwise.
///
/// **Threads:** [#start] and [#close] by one thread after another, the others by any.
public final class ClusterDns implements AutoCloseable {

    private final Informers informers;
    private final DnsConfig config;
    private final Resolution resolution;
    private final CountDownLatch synced = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isReady;
    private @Nullable DatagramChannel udp;
    private @Nullable ServerSocketChannel tcp;
    private @Nullable UdpListener udpListener;
    private @Nullable TcpListener tcpListener;

    public ClusterDns(Informers informers, DnsConfig config, Ticker ticker, Randomness randomness) {
        this(informers, config, ticker, randomness, new SocketUpstream(ticker));
    }

    ClusterDns(
            Informers informers,
            DnsConfig config,
            Ticker ticker,
            Randomness randomness,
            Upstream upstream) {
        this.informers = informers;
        this.config = config;
        Forwarder forwarder =
                new Forwarder(
                        new Resolvers(config.resolvers(), config.ownAddresses(), ticker),
                        upstream,
                        new AnswerCache(ticker),
                        randomness);
        this.resolution =
                new Resolution(
                        new ClusterZone(informers, config), forwarder, randomness, () -> isReady);
    }

    /// Begins to watch and to listen. Until everything was seen, answers are failures.
    ///
    /// @throws UncheckedIOException when the address cannot be used
    public void start() {
        List<Informer> watched =
                List.of(
                        informers.informer(Kinds.NAMESPACE),
                        informers.informer(Kinds.SERVICE, ClusterZone.SERVICES_BY_ADDRESS),
                        informers.informer(
                                Kinds.ENDPOINT_SLICE,
                                ClusterZone.SLICES_BY_SERVICE,
                                ClusterZone.SLICES_BY_ADDRESS));
        listen();
        run("kat-dns-sync", () -> awaitSynced(watched));
    }

    /// Where it listens, for UDP and TCP alike; after [#start].
    public InetSocketAddress boundAddress() {
        DatagramChannel open = udp;
        if (open == null) {
            throw new IllegalStateException("cluster DNS was not started");
        }
        try {
            return (InetSocketAddress) open.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException("cluster DNS does not listen any more", e);
        }
    }

    /// Waits until names of the cluster are answered.
    ///
    /// @return whether that was so before the time was over
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return synced.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        closeQuietly(udp);
        closeQuietly(tcp);
        if (udpListener != null) {
            udpListener.close();
        }
        if (tcpListener != null) {
            tcpListener.close();
        }
        for (Thread thread : threads) {
            thread.interrupt();
        }
    }

    private void awaitSynced(List<Informer> watched) {
        try {
            for (Informer informer : watched) {
                while (!informer.awaitSynced(Duration.ofMinutes(1))) {
                    System.getLogger("kat.dns")
                            .log(
                                    System.Logger.Level.WARNING,
                                    "still waiting for a list kind={0}",
                                    informer.kind());
                }
            }
            isReady = true;
            synced.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try {
            DnsSockets sockets = DnsSockets.open(config.listen());
            udp = sockets.udp();
            tcp = sockets.tcp();
            UdpListener packets = new UdpListener(sockets.udp(), resolution);
            udpListener = packets;
            TcpListener connections = new TcpListener(sockets.tcp(), resolution);
            tcpListener = connections;
            run("kat-dns-udp", packets::run);
            run("kat-dns-tcp", connections::run);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(
                    "cluster DNS cannot listen on "
                            + config.listen()
                            + ": another program may use that address",
                    e);
        }
    }

    private void run(String name, Runnable body) {
        threads.add(Thread.ofVirtual().name(name).start(body));
    }

    private static void closeQuietly(java.nio.channels.@Nullable Channel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger("kat.dns")
                    .log(System.Logger.Level.DEBUG, "cannot close a DNS socket", e);
        }
    }
}
