package kat.proxy;

import static kat.proxy.ProxyFixtures.compute;
import static kat.proxy.ProxyFixtures.config;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.base.SystemTicker;
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

    private static Fragment fragment(int number, int count) {
        String[] endpoints = new String[count];
        for (int i = 0; i < count; i++) {
            endpoints[i] = "10.244." + (number % 250) + "." + (2 + i);
        }
        return compute(
                service(
                        "s" + number,
                        "10.96." + (1 + number / 250) + "." + (number % 250),
                        port("TCP", 80, number % 10 == 0 ? 30_000 + number : 0)),
                slice("s" + number, "TCP", 8080, endpoints));
    }
}
