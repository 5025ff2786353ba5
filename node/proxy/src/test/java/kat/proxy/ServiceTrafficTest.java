package kat.proxy;

import static kat.proxy.ProxyFixtures.all;
import static kat.proxy.ProxyFixtures.compute;
import static kat.proxy.ProxyFixtures.config;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.set;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.nftables.IpFamily;
import kat.nftables.NftProgram;
import kat.proxy.podnetwork.HostClaims;
import kat.proxy.podnetwork.PodNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real packets through real rules, between network namespaces.
@Tag("root")
class ServiceTrafficTest {

    private static final String VIP = "10.96.0.20";
    private static final String A = "10.244.0.5";
    private static final String B = "10.244.0.6";

    @TempDir Path folder;
    private TestMachine machine;
    private NftProgram nftables;
    private HostClaims claims; // of one server, whose cluster may be set up again
    private Cluster first;

    /// A cluster on the machine: its network and its table.
    private final class Cluster {
        private final NetworkConfig config;
        private final DesiredTable table;
        private final PodNetwork network;
        private final Conntrack conntrack = new Conntrack(machine.commands(), IpFamily.IPV4);

        Cluster(NetworkConfig config) throws InterruptedException {
            this.config = config;
            table = new DesiredTable(config);
            network =
                    new PodNetwork(
                            config,
                            machine.commands(),
                            nftables,
                            claims,
                            folder.resolve(config.cluster()));
            network.setUp();
            nftables.apply(table.whole());
        }

        void put(String owner, Fragment fragment) throws InterruptedException {
            TreeMap<String, Fragment> changed = new TreeMap<>();
            changed.put(owner, fragment);
            DesiredTable.Step step = table.update(changed);
            nftables.apply(step.change());
            nftables.apply(step.cleaning());
            conntrack.delete(step.goneFlows());
            conntrack.delete(step.newFrontEnds());
        }
    }

    @BeforeEach
    void makesAMachine() throws Exception {
        assumeTrue(TestMachine.isPossible(), "needs root, ip and nft");
        machine = new TestMachine("svc");
        nftables = new NftProgram(machine.commands());
        claims = new HostClaims(folder.resolve("run"), _ -> true);
        first = new Cluster(config("one", 96, 244, List.of()));
        machine.addPod("a", A, "10.244.0.1");
        machine.addPod("b", B, "10.244.0.1");
    }

    @AfterEach
    void removesTheMachine() throws Exception {
        if (machine != null) {
            machine.remove();
        }
    }

    @Test
    void spreadsConnectionsOverReadyEndpointsFromPodsAndMachine() throws Exception {
        first.put("web", compute(web(), slice("web", "TCP", 8080, A, B)));

        assertEquals(Set.of("a 10.244.0.1", "b 10.244.0.1"), ask("host", "tcp " + VIP + " 80", 20));
        // The pod that reaches itself sees the gateway, the other one sees the pod.
        assertEquals(Set.of("a 10.244.0.1", "b 10.244.0.5"), ask("a", "tcp " + VIP + " 80", 20));
        assertTrue(machine.ask("out", "tcp " + VIP + " 80").startsWith("error"));
        assertEquals("b 10.244.0.5", machine.ask("a", "tcp " + B + " 8080"));
        assertEquals("out 192.0.2.1", machine.ask("a", "tcp 192.0.2.9 8080"));
    }

    @Test
    void refusesAServiceWithoutEndpointsAtOnce() throws Exception {
        first.put("web", compute(web(), slice("web", "TCP", 8080, A + " unready")));

        assertEquals("error Connection refused", machine.ask("a", "tcp " + VIP + " 80"));
        assertEquals("error Connection refused", machine.ask("host", "tcp " + VIP + " 80"));
        assertEquals("error Connection refused", machine.ask("host", "tcp 127.0.0.1 30080"));
        assertEquals("error Connection refused", machine.ask("host", "tcp 192.0.2.1 30080"));
        assertEquals("error Connection refused", machine.ask("a", "tcp " + VIP + " 81"));
        assertEquals("error Connection refused", machine.ask("host", "tcp " + VIP + " 81"));
    }

    @Test
    void answersANodePortToTheMachineAndToPodsAndToNobodyElse() throws Exception {
        first.put("web", compute(web(), slice("web", "TCP", 8080, A, B)));

        assertEquals(
                Set.of("a 10.244.0.1", "b 10.244.0.1"), ask("host", "tcp 127.0.0.1 30080", 20));
        assertEquals(Set.of("a 10.244.0.6", "b 10.244.0.1"), ask("b", "tcp 192.0.2.1 30080", 20));
        assertEquals("error Connection refused", machine.ask("out", "tcp 192.0.2.1 30080"));
        assertEquals(Set.of("a 192.0.2.1", "b 192.0.2.1"), ask("host", "tcp 192.0.2.1 30080", 20));
        // What listens on the gateway is not for outsiders, whatever route they have.
        machine.ip("out", "route add 10.244.0.0/16 via 192.0.2.1");
        assertTrue(machine.ask("out", "tcp 10.244.0.1 8080").contains("timed out"));
        assertTrue(machine.ask("out", "tcp " + A + " 8080").contains("timed out"));
        assertEquals("host 10.244.0.5", machine.ask("a", "tcp 10.244.0.1 8080"));
    }

    @Test
    void answersANodePortOnAddressesItWasToldToListenOn() throws Exception {
        Cluster listening = new Cluster(config("one", 96, 244, List.of("192.0.2.1")));

        listening.put("web", compute(web(), slice("web", "TCP", 8080, A)));

        assertEquals("a 192.0.2.9", machine.ask("out", "tcp 192.0.2.1 30080"));
        assertEquals("a 10.244.0.1", machine.ask("host", "tcp 127.0.0.1 30080"));
    }

    @Test
    void keepsAClientWithItsEndpointUntilThatIsGone() throws Exception {
        KubeObject sticky =
                service(
                        "web",
                        VIP,
                        all(port("TCP", 80, 30080), set("sessionAffinity", Json.of("ClientIP"))));
        first.put("web", compute(sticky, slice("web", "TCP", 8080, A, B)));

        Set<String> seen = ask("host", "tcp " + VIP + " 80", 10);
        seen.addAll(ask("host", "tcp 127.0.0.1 30080", 5));

        assertEquals(1, seen.size(), seen.toString());
        String other = seen.iterator().next().startsWith("a") ? B : A;
        first.put("web", compute(sticky, slice("web", "TCP", 8080, other)));
        assertEquals(
                Set.of((other.equals(A) ? "a" : "b") + " 10.244.0.1"),
                ask("host", "tcp " + VIP + " 80", 5));
    }

    @Test
    void keepsAClientWithItsEndpointThroughARestart() throws Exception {
        KubeObject sticky =
                service(
                        "web",
                        VIP,
                        all(port("TCP", 80, 30080), set("sessionAffinity", Json.of("ClientIP"))));
        first.put("web", compute(sticky, slice("web", "TCP", 8080, A, B)));
        Set<String> seen = ask("host", "tcp " + VIP + " 80", 1);

        for (int i = 0; i < 5; i++) {
            nftables.apply(first.table.whole(nftables.readTimed(first.config.table())));
            seen.addAll(ask("host", "tcp " + VIP + " 80", 2));
        }

        assertEquals(1, seen.size(), seen.toString());
    }

    @Test
    void givesTheMachinesOwnAddressToALoadBalancerAndOutsidersOnlyWhereItListens()
            throws Exception {
        KubeObject balanced =
                service("web", VIP, all(port("TCP", 80, 0), set("type", Json.of("LoadBalancer"))))
                        .withStatus(
                                status ->
                                        status.withAt(
                                                JsonArray.of(
                                                        JsonObject.of("ip", Json.of("192.0.2.1"))),
                                                "loadBalancer",
                                                "ingress"));
        first.put("web", compute(balanced, slice("web", "TCP", 8080, A)));

        assertTrue(machine.ask("host", "tcp 192.0.2.1 80").startsWith("a "));
        assertEquals("a 10.244.0.6", machine.ask("b", "tcp 192.0.2.1 80"));
        assertEquals("error Connection refused", machine.ask("out", "tcp 192.0.2.1 80"));

        Cluster listening = new Cluster(config("one", 96, 244, List.of("192.0.2.1")));
        listening.put("web", compute(balanced, slice("web", "TCP", 8080, A)));
        assertEquals("a 192.0.2.9", machine.ask("out", "tcp 192.0.2.1 80"));
    }

    @Test
    void keepsEstablishedConnectionsWhenAnEndpointIsNotReadyAnyMore() throws Exception {
        first.put("web", compute(web(), slice("web", "TCP", 8080, A)));
        assertEquals("a 10.244.0.1", machine.ask("host", "open 127.0.0.1 30080"));
        assertEquals("a 10.244.0.6", machine.ask("b", "open " + VIP + " 80"));

        first.put("web", compute(web(), slice("web", "TCP", 8080, A + " unready")));
        assertEquals("a 10.244.0.1", machine.ask("host", "say"));
        assertEquals("a 10.244.0.6", machine.ask("b", "say"));
        assertEquals("error Connection refused", machine.ask("out", "tcp 192.0.2.1 30080"));

        nftables.apply(first.table.whole());
        assertEquals("a 10.244.0.1", machine.ask("host", "say"));
        assertEquals("a 10.244.0.6", machine.ask("b", "say"));
    }

    @Test
    void movesUdpClientsToAnotherEndpointWhenTheirsIsGone() throws Exception {
        KubeObject dns = service("dns", VIP, port("UDP", 53, 30053));
        first.put("dns", compute(dns, slice("dns", "UDP", 8080, A)));
        assertEquals("a 10.244.0.1", machine.ask("host", "udp " + VIP + " 53 40000"));
        assertEquals("a 10.244.0.1", machine.ask("host", "udp 127.0.0.1 30053 40001"));

        first.put("dns", compute(dns, slice("dns", "UDP", 8080, B)));

        assertEquals("b 10.244.0.1", machine.ask("host", "udp " + VIP + " 53 40000"));
        assertEquals("b 10.244.0.1", machine.ask("host", "udp 127.0.0.1 30053 40001"));
    }

    @Test
    void letsOnlyNamedSourcesReachALoadBalancerAddress() throws Exception {
        KubeObject balanced =
                service(
                                "web",
                                VIP,
                                all(
                                        port("TCP", 80, 0),
                                        set("type", Json.of("LoadBalancer")),
                                        set(
                                                "loadBalancerSourceRanges",
                                                JsonArray.ofStrings(List.of("198.51.100.0/24")))))
                        .withStatus(
                                status ->
                                        status.withAt(
                                                JsonArray.of(
                                                        JsonObject.of(
                                                                "ip", Json.of("203.0.113.1"))),
                                                "loadBalancer",
                                                "ingress"));
        machine.ip("out", "route add 203.0.113.0/24 via 192.0.2.1");
        machine.ip("out", "addr add 198.51.100.7/32 dev lo");
        first.put("web", compute(balanced, slice("web", "TCP", 8080, A)));

        assertTrue(machine.ask("out", "tcp 203.0.113.1 80").contains("timed out"));
        machine.ip("out", "route replace 203.0.113.0/24 via 192.0.2.1 src 198.51.100.7");
        assertEquals("a 198.51.100.7", machine.ask("out", "tcp 203.0.113.1 80"));
    }

    @Test
    void reachesEndpointsThatAreTheMachineItself() throws Exception {
        first.put("web", compute(web(), slice("web", "TCP", 8080, "192.0.2.1")));
        KubeObject api = service("kubernetes", "10.96.0.1", port("TCP", 443, 0));
        first.put("kubernetes", compute(api, slice("kubernetes", "TCP", 8080, "10.244.0.1")));

        assertEquals("host 10.244.0.5", machine.ask("a", "tcp " + VIP + " 80"));
        assertEquals("host 10.244.0.5", machine.ask("a", "tcp 10.96.0.1 443"));
        assertTrue(machine.ask("host", "tcp " + VIP + " 80").startsWith("host "));
        assertEquals("host 10.244.0.1", machine.ask("host", "tcp 10.96.0.1 443"));
        assertTrue(machine.ask("host", "tcp 127.0.0.1 30080").startsWith("host "));
    }

    @Test
    void sendsOutsidersToEndpointsElsewhereWithTheMachineAsSender() throws Exception {
        Cluster listening = new Cluster(config("one", 96, 244, List.of("0.0.0.0")));
        machine.addPod("far", "10.244.7.5", "10.244.0.1");

        listening.put("web", compute(web(), slice("web", "TCP", 8080, "10.244.7.5 @node-b")));

        assertEquals("far 10.244.0.1", machine.ask("out", "tcp 192.0.2.1 30080"));
        assertEquals("far 10.244.0.1", machine.ask("host", "tcp 192.0.2.1 30080").substring(0, 14));
        assertEquals("far 10.244.0.5", machine.ask("a", "tcp " + VIP + " 80"));
    }

    @Test
    void opensHostPortsWhereThePodSaid() throws Exception {
        Cluster listening = new Cluster(config("one", 96, 244, List.of("192.0.2.1")));
        HostPorts ports =
                new HostPorts(
                        "node-a",
                        List.of(A),
                        List.of(
                                new HostPorts.HostPort("", "tcp", 9090, 8080),
                                new HostPorts.HostPort("127.0.0.1", "tcp", 9091, 8080)));

        listening.put("pod a", ports.compute("node-a", IpFamily.IPV4));

        assertEquals("a 192.0.2.9", machine.ask("out", "tcp 192.0.2.1 9090"));
        assertEquals("a 10.244.0.1", machine.ask("host", "tcp 127.0.0.1 9090"));
        assertEquals("a 10.244.0.1", machine.ask("host", "tcp 127.0.0.1 9091"));
        assertEquals("error Connection refused", machine.ask("out", "tcp 192.0.2.1 9091"));
        assertEquals("a 10.244.0.1", machine.ask("a", "tcp 192.0.2.1 9090"));
    }

    @Test
    void runsTwoClustersSideBySide() throws Exception {
        Cluster second = new Cluster(config("two", 97, 245, List.of()));
        machine.addPod("c", "10.245.0.5", "10.245.0.1");
        first.put("web", compute(web(), slice("web", "TCP", 8080, A)));
        KubeObject other = service("web", "10.97.0.20", port("TCP", 80, 30081));
        second.put("web", compute(other, slice("web", "TCP", 8080, "10.245.0.5")));

        assertEquals("a 10.244.0.6", machine.ask("b", "tcp " + VIP + " 80"));
        assertEquals("c 10.245.0.1", machine.ask("c", "tcp 10.97.0.20 80"));
        assertEquals("a 10.244.0.1", machine.ask("host", "tcp 127.0.0.1 30080"));
        assertEquals("c 10.245.0.1", machine.ask("host", "tcp 127.0.0.1 30081"));
        assertEquals("out 192.0.2.1", machine.ask("c", "tcp 192.0.2.9 8080"));
        assertTrue(machine.ask("a", "tcp 10.97.0.20 80").startsWith("error"));
        assertTrue(machine.ask("a", "tcp 10.245.0.5 8080").startsWith("error"));

        nftables.apply(
                new kat.nftables.Transaction(
                        second.config.table(), List.of(new kat.nftables.Change.RemoveTable())));
        second.network.remove();
        assertEquals("a 10.244.0.6", machine.ask("b", "tcp " + VIP + " 80"));
        assertEquals(List.of(), first.network.check());
    }

    @Test
    void leavesTheMachineAsItWas() throws Exception {
        String routes = machine.commands().require("ip", "-4", "route", "show", "table", "all");
        Cluster second = new Cluster(config("two", 97, 245, List.of()));
        assertEquals(List.of(), second.network.check());
        second.network.remove();
        assertEquals(
                routes, machine.commands().require("ip", "-4", "route", "show", "table", "all"));

        first.network.remove();

        assertEquals("0\n", machine.commands().require("cat", "/proc/sys/net/ipv4/ip_forward"));
        assertEquals("", machine.commands().require("ip", "-4", "route", "show", "10.244.0.5"));
        assertTrue(Files.notExists(folder.resolve("one")));
        assertTrue(Files.notExists(folder.resolve("run")));
    }

    @Test
    void passesAFirewallThatDropsByPolicy() throws Exception {
        machine.commands().require("nft", "add table ip filter");
        machine.commands()
                .require(
                        "nft",
                        "add chain ip filter FORWARD { type filter hook forward priority 0; policy"
                                + " drop; }");
        machine.commands()
                .require(
                        "nft",
                        "add chain ip filter INPUT { type filter hook input priority 0; policy"
                                + " drop; }");
        assertEquals("error Connect timed out", machine.ask("a", "tcp " + B + " 8080"));
        assertEquals("error Connect timed out", machine.ask("a", "tcp 10.244.0.1 8080"));
        assertEquals(1, first.network.check().size());

        first.network.setUp();
        first.network.setUp();
        assertEquals("b 10.244.0.5", machine.ask("a", "tcp " + B + " 8080"));
        assertEquals("host 10.244.0.5", machine.ask("a", "tcp 10.244.0.1 8080"));

        first.network.remove();
        assertTrue(
                !machine.commands()
                        .require("nft", "list", "table", "ip", "filter")
                        .contains("kat-one"));
    }

    private static KubeObject web() {
        return service("web", VIP, port("TCP", 80, 30080));
    }

    private Set<String> ask(String who, String command, int times) {
        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < times; i++) {
            answers.add(machine.ask(who, command));
        }
        return answers;
    }
}
