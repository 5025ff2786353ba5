package kat.proxy;

import static kat.proxy.ProxyFixtures.compute;
import static kat.proxy.ProxyFixtures.config;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.client.Informers;
import kat.client.testing.ReadOnlyTransport;
import kat.nftables.HostCommands;
import kat.nftables.NftProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A thousand Services with ten endpoints each. The limits are ten times what a slow machine needs;
/// figures are in `docs/internals/network.md`.
@Tag("root")
class ServiceScaleTest {

    private static final String NAMESPACE = "kat-test-scale";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final UnaryOperator<JsonObject> PORT_80 = port("TCP", 80, 0);
    private final HostCommands host = new HostCommands("");

    @BeforeEach
    void makesANamespace() throws Exception {
        assumeTrue(TestMachine.isPossible(), "needs root, ip and nft");
        host.run("ip", "netns", "delete", NAMESPACE);
        host.require("ip", "netns", "add", NAMESPACE);
    }

    @AfterEach
    void removesTheNamespace() throws Exception {
        host.run("ip", "netns", "delete", NAMESPACE);
    }

    @Test
    void writesAThousandServicesAndChangesOne() throws Exception {
        SystemTicker ticker = new SystemTicker();
        NftProgram nftables = new NftProgram(host.inNetworkNamespace(NAMESPACE));
        DesiredTable table = new DesiredTable(config("scale", 96, 244, List.of()));
        TreeMap<String, Fragment> all = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            all.put("s" + i, fragment(i, 10));
        }

        long start = ticker.nanos();
        table.update(all);
        nftables.apply(table.whole());
        Duration whole = Duration.ofNanos(ticker.nanos() - start);
        start = ticker.nanos();
        for (int i = 0; i < 10; i++) {
            nftables.apply(table.update(new TreeMap<>(Map.of("s" + i, fragment(i, 9)))).change());
        }
        Duration change = Duration.ofNanos((ticker.nanos() - start) / 10);

        System.getLogger("kat.proxy")
                .log(System.Logger.Level.INFO, "whole={0} change={1}", whole, change);
        assertTrue(whole.toMillis() < 3_000, whole.toString());
        assertTrue(change.toMillis() < 400, change.toString());
    }

    /// From the change of an EndpointSlice in the API until the kernel has it.
    @Test
    void showsAChangeOfEndpointsAmongAThousandServices() throws Exception {
        SystemTicker ticker = new SystemTicker();
        ReadOnlyTransport api = new ReadOnlyTransport();
        for (int i = 0; i < 1_000; i++) {
            api.put(
                    Kinds.SERVICE,
                    service("s" + i, "10.96." + (1 + i / 250) + "." + (i % 250), PORT_80));
            api.put(Kinds.ENDPOINT_SLICE, slice("s" + i, "TCP", 8080, endpoints(i, 5)));
        }
        List<Long> micros = new ArrayList<>();
        try (Informers informers = new Informers(api, ticker);
                ServiceProxy proxy =
                        new ServiceProxy(
                                informers,
                                config("scale", 96, 244, List.of()),
                                new NftProgram(host.inNetworkNamespace(NAMESPACE)),
                                host.inNetworkNamespace(NAMESPACE),
                                ticker)) {
            proxy.start();
            assertTrue(proxy.awaitWritten(PATIENCE));
            for (int i = 0; i < 60; i++) {
                KubeObject slice = slice("s" + i, "TCP", 8080, endpoints(i, 4));
                long start = ticker.nanos();
                long revision = api.put(Kinds.ENDPOINT_SLICE, slice).revision();
                assertTrue(
                        informers.informer(Kinds.ENDPOINT_SLICE).awaitRevision(revision, PATIENCE));
                assertTrue(proxy.awaitWritten(PATIENCE));
                micros.add((ticker.nanos() - start) / 1_000);
            }
        }
        List<Long> sorted = micros.subList(10, 60).stream().sorted().toList();

        System.getLogger("kat.proxy")
                .log(
                        System.Logger.Level.INFO,
                        "endpoint change visible, microseconds median={0} largest={1}",
                        sorted.get(25).toString(),
                        sorted.getLast().toString());
        assertTrue(sorted.get(25) < 400_000, sorted.toString());
    }

    private static String[] endpoints(int number, int count) {
        String[] endpoints = new String[count];
        for (int i = 0; i < count; i++) {
            endpoints[i] = "10.244." + (number % 250) + "." + (2 + i);
        }
        return endpoints;
    }

    private static Fragment fragment(int number, int count) {
        return compute(
                service(
                        "s" + number,
                        "10.96." + (1 + number / 250) + "." + (number % 250),
                        port("TCP", 80, number % 10 == 0 ? 30_000 + number : 0)),
                slice("s" + number, "TCP", 8080, endpoints(number, count)));
    }
}
