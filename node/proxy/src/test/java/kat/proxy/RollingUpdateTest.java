package kat.proxy;

import static kat.proxy.ProxyFixtures.config;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import kat.api.Kinds;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.client.Informers;
import kat.client.testing.ReadOnlyTransport;
import kat.nftables.NftProgram;
import kat.proxy.podnetwork.HostClaims;
import kat.proxy.podnetwork.PodNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole proxy with the real kernel while clients call without a pause.
@Tag("root")
class RollingUpdateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final NetworkConfig CONFIG = config("roll", 96, 244, List.of());

    @TempDir Path folder;
    private final Ticker ticker = new SystemTicker();
    private final ReadOnlyTransport api = new ReadOnlyTransport();
    private final Informers informers = new Informers(api, ticker);
    private TestMachine machine;
    private ServiceProxy proxy;

    @BeforeEach
    void startsAServiceWithOneOfThreePods() throws Exception {
        assumeTrue(TestMachine.isPossible(), "needs root, ip and nft");
        machine = new TestMachine("roll");
        NftProgram nftables = new NftProgram(machine.commands());
        new PodNetwork(
                        CONFIG,
                        machine.commands(),
                        nftables,
                        new HostClaims(folder.resolve("run"), _ -> true),
                        folder.resolve("net"))
                .setUp();
        machine.addPod("a", "10.244.0.5", CONFIG.gateway());
        machine.addPod("b", "10.244.0.6", CONFIG.gateway());
        machine.addPod("c", "10.244.0.7", CONFIG.gateway());
        api.put(Kinds.SERVICE, service("web", "10.96.0.20", port("TCP", 80, 30080)));
        api.put(Kinds.ENDPOINT_SLICE, slice("web", "TCP", 8080, "10.244.0.5"));
        proxy = new ServiceProxy(informers, CONFIG, nftables, machine.commands(), ticker);
        proxy.start();
        assertTrue(proxy.awaitWritten(PATIENCE));
    }

    @AfterEach
    void removesTheMachine() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        informers.close();
        if (machine != null) {
            machine.remove();
        }
    }

    @Test
    void losesNoRequestWhileEndpointsComeAndGo() throws Exception {
        FutureTask<String> pod = asking("c", "load 10.96.0.20 80 4000");
        FutureTask<String> host = asking("host", "load 127.0.0.1 30080 4000");
        int rounds = 0;

        while (!pod.isDone() || !host.isDone()) {
            put("10.244.0.5", "10.244.0.6");
            put("10.244.0.5 terminating serving", "10.244.0.6");
            put("10.244.0.6");
            put("10.244.0.6", "10.244.0.5");
            put("10.244.0.6 terminating serving", "10.244.0.5");
            put("10.244.0.5");
            rounds++;
        }

        assertEquals("0 failures", pod.get());
        assertEquals("0 failures", host.get());
        assertTrue(rounds > 2, rounds + " rounds");
    }

    private FutureTask<String> asking(String who, String command) {
        FutureTask<String> task = new FutureTask<>(() -> machine.ask(who, command));
        Thread.ofVirtual().start(task);
        return task;
    }

    private void put(String... endpoints) throws Exception {
        long revision =
                api.put(Kinds.ENDPOINT_SLICE, slice("web", "TCP", 8080, endpoints)).revision();
        assertTrue(informers.informer(Kinds.ENDPOINT_SLICE).awaitRevision(revision, PATIENCE));
        assertTrue(proxy.awaitWritten(PATIENCE));
    }
}
