package kat.proxy;

import static kat.proxy.ProxyFixtures.CONFIG;
import static kat.proxy.ProxyFixtures.all;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.set;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.nftables.Element;
import kat.nftables.HostCommands;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;
import kat.nftables.NftProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The same objects in the tables of two families.
class SecondFamilyTest {

    private static final NetworkConfig SIX =
            new NetworkConfig(
                    "test",
                    "node-a",
                    IpRange.parse("fd00:96::/112"),
                    IpRange.parse("fd00:244::/56"),
                    IpRange.parse("fd00:244::/64"),
                    List.of());
    private static final String NAMESPACE = "kat-test-six";

    private static KubeObject web() {
        return service(
                "web",
                "10.96.0.20",
                all(
                        port("TCP", 80, 30080),
                        set("type", Json.of("NodePort")),
                        set("sessionAffinity", Json.of("ClientIP")),
                        set(
                                "clusterIPs",
                                JsonArray.ofStrings(List.of("10.96.0.20", "fd00:96::0014")))));
    }

    private static KubeObject sixSlice() {
        return slice("web", "TCP", 8080, "fd00:244::5", "fd00:244::6")
                .withTree(tree -> tree.with("addressType", "IPv6"));
    }

    private static Fragment fragment(KubeObject service) {
        return ServiceRules.compute(
                ServiceSpec.of(service).of(IpFamily.IPV6),
                List.of(SliceSpec.of(sixSlice())),
                new EndpointChoice.Here("node-a", ""));
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }

    @Test
    void eachTableHasTheAddressesOfItsFamily() {
        ServiceSpec spec = ServiceSpec.of(web());

        assertEquals(List.of("10.96.0.20"), spec.of(IpFamily.IPV4).clusterIps());
        assertEquals(List.of("fd00:96::14"), spec.of(IpFamily.IPV6).clusterIps());
        assertEquals(IpFamily.IPV6, SliceSpec.of(sixSlice()).family());
        assertEquals("::1", SIX.nodePortAddresses().getFirst());
    }

    @Test
    void aPodHasAnAddressOfEach() {
        KubeObject pod =
                object(
                        """
                        metadata: {name: a, namespace: b}
                        spec:
                          nodeName: node-a
                          containers: [{ports: [{containerPort: 80, hostPort: 8080}]}]
                        status:
                          podIP: 10.244.0.5
                          podIPs: [{ip: 10.244.0.5}, {ip: 'fd00:244::0005'}]
                        """);

        assertEquals("10.244.0.5", PolicyPod.of(pod).address(IpFamily.IPV4));
        assertEquals("fd00:244::5", PolicyPod.of(pod).address(IpFamily.IPV6));
        assertTrue(
                HostPorts.of(pod)
                        .compute("node-a", IpFamily.IPV6)
                        .elements()
                        .containsValue("fd00:244::5 . 80"));
        assertTrue(
                HostPorts.of(pod)
                        .compute("node-a", IpFamily.IPV4)
                        .elements()
                        .containsValue("10.244.0.5 . 80"));
    }

    @Test
    @Tag("root")
    void theKernelTakesTheTableOfTheSecond() throws Exception {
        assumeTrue(TestMachine.isPossible(), "needs root, ip and nft");
        HostCommands host = new HostCommands("");
        host.run("ip", "netns", "delete", NAMESPACE);
        host.require("ip", "netns", "add", NAMESPACE);
        try {
            NftProgram nftables = new NftProgram(host.inNetworkNamespace(NAMESPACE), IpFamily.IPV6);
            DesiredTable table = new DesiredTable(SIX);
            TreeMap<String, Fragment> owners = new TreeMap<>();
            owners.put("sticky", fragment(web()));
            owners.put("plain", fragment(service("plain", "fd00:96::15", port("UDP", 80, 0))));
            owners.put("policies", PolicyRules.entries());
            table.update(owners);

            nftables.apply(table.whole());

            assertEquals(List.of(CONFIG.table()), nftables.readTables());
            assertEquals(
                    List.of("fd00:96::14", "fd00:96::15"),
                    nftables.readElements(SIX.table(), TableLayout.CLUSTER_IPS).stream()
                            .map(Element::key)
                            .toList());
        } finally {
            host.run("ip", "netns", "delete", NAMESPACE);
        }
    }
}
