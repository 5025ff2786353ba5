package kat.proxy;

import static kat.proxy.ProxyFixtures.compute;
import static kat.proxy.ProxyFixtures.config;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.nftables.Commands;
import kat.nftables.NftProgram;
import kat.proxy.podnetwork.CniConfig;
import kat.proxy.podnetwork.HostClaims;
import kat.proxy.podnetwork.PodNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real CNI plugins with the configuration that a container runtime gets.
@Tag("root")
class CniPluginTest {

    private static final NetworkConfig CONFIG = config("cni", 96, 244, List.of());

    @TempDir Path folder;
    private Path plugins;
    private TestMachine machine;
    private NftProgram nftables;
    private PodNetwork network;

    @BeforeEach
    void setsTheMachineUp() throws Exception {
        assumeTrue(TestMachine.isPossible(), "needs root, ip and nft");
        plugins = CniConfig.findPlugins(CniConfig.PLUGIN_FOLDERS);
        assumeTrue(plugins != null, "needs CNI plugins (package containernetworking-plugins)");
        machine = new TestMachine("cni");
        nftables = new NftProgram(machine.commands());
        network =
                new PodNetwork(
                        CONFIG,
                        machine.commands(),
                        nftables,
                        new HostClaims(folder.resolve("run"), _ -> true),
                        folder.resolve("net"));
        network.setUp();
    }

    @AfterEach
    void removesTheMachine() throws Exception {
        if (machine != null) {
            machine.remove();
        }
    }

    @Test
    void givesPodsAddressesThatReachEachOtherAndServices() throws Exception {
        DesiredTable table = new DesiredTable(CONFIG);
        table.update(
                new TreeMap<>(
                        Map.of(
                                "web",
                                compute(
                                        service("web", "10.96.0.20", port("TCP", 80, 0)),
                                        slice("web", "TCP", 8080, "10.244.0.2")))));
        nftables.apply(table.whole());

        String first = add("p");
        String second = add("q");

        assertEquals("10.244.0.2/24", first);
        assertEquals("10.244.0.3/24", second);
        assertEquals("p 10.244.0.3", machine.ask("q", "tcp 10.244.0.2 8080"));
        assertEquals("p 10.244.0.3", machine.ask("q", "tcp 10.96.0.20 80"));
        assertEquals("p 10.244.0.1", machine.ask("p", "tcp 10.96.0.20 80"));
        assertEquals("p 10.244.0.1", machine.ask("host", "tcp 10.96.0.20 80"));
        assertEquals("host 10.244.0.3", machine.ask("q", "tcp 10.244.0.1 8080"));
        assertEquals("out 192.0.2.1", machine.ask("q", "tcp 192.0.2.9 8080"));
        assertTrue(machine.ask("q", "tcp 10.244.0.99 8080").startsWith("error"));
        // A pod that lies about its address is not heard.
        machine.ip("q", "addr add 10.244.0.77/32 dev eth0");
        machine.ip("q", "route replace 10.244.0.2/32 via 10.244.0.1 src 10.244.0.77");
        assertEquals("error Connect timed out", machine.ask("q", "tcp 10.244.0.2 8080"));

        call("DEL", "p");
        call("DEL", "q");
        assertEquals("", podRoutes());
    }

    @Test
    void takesAwayDevicesThatARuntimeLeftBehind() throws Exception {
        add("p");
        assertTrue(podRoutes().contains("10.244.0.2"));

        network.remove();

        assertEquals("", podRoutes());
        assertEquals(
                "", machine.commands().run("ip", "-4", "route", "show", "10.96.0.0/16").output());
        assertTrue(Files.notExists(folder.resolve("net")));
    }

    private String podRoutes() throws InterruptedException {
        return machine.commands()
                .require("ip", "-4", "route", "show", "root", "10.244.0.0/24", "scope", "host");
    }

    private String add(String pod) throws Exception {
        machine.addComputer(pod);
        JsonObject answer =
                (JsonObject) Json.parse(call("ADD", pod).getBytes(StandardCharsets.UTF_8));
        return answer.array("ips").objects().getFirst().string("address");
    }

    /// Calls the plugin as the CNI library does.
    private String call(String command, String pod) throws Exception {
        JsonObject list =
                (JsonObject)
                        Json.parse(
                                Files.readAllBytes(
                                        network.configFolder().resolve("10-kat.conflist")));
        JsonObject plugin =
                list.array("plugins")
                        .objects()
                        .getFirst()
                        .with("name", Json.of(list.string("name")))
                        .with("cniVersion", Json.of(list.string("cniVersion")));
        Commands.Result result =
                machine.commands()
                        .run(
                                List.of(
                                        "env",
                                        "CNI_COMMAND=" + command,
                                        "CNI_CONTAINERID=id-" + pod,
                                        "CNI_NETNS=/run/netns/" + machine.namespace(pod),
                                        "CNI_IFNAME=eth0",
                                        "CNI_PATH=" + plugins,
                                        plugins.resolve(plugin.string("type")).toString()),
                                plugin.toString());
        assertEquals(0, result.status(), result.output() + result.error());
        return result.output();
    }
}
