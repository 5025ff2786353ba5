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
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
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

/// NetworkPolicies where Services, node ports and programs of the machine meet them: three pods of
/// the namespace x on port 8080, a Service that leads to `a` and one that leads to `b`.
@Tag("root")
class PolicyBesideServicesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final NetworkConfig CONFIG = config("pns", 96, 244, List.of("192.0.2.1"));
    private static final String TO_A = "tcp 10.96.0.20 80";
    private static final String TO_B = "tcp 10.96.0.21 80";
    private static final String ONLY_B_TO_A =
            "{podSelector: {matchLabels: {pod: a}}, policyTypes: [Ingress], ingress: [{from:"
                    + " [{podSelector: {matchLabels: {pod: b}}}], ports: [{port: 8080}]}]}";

    @TempDir Path folder;
    private final Ticker ticker = new SystemTicker();
    private final ReadOnlyTransport api = new ReadOnlyTransport();
    private final Informers informers = new Informers(api, ticker);
    private TestMachine machine;
    private ServiceProxy proxy;

    @BeforeEach
    void startsPodsAndServices() throws Exception {
        assumeTrue(TestMachine.isPossible(), "needs root, ip and nft");
        machine = new TestMachine("pns");
        NftProgram nftables = new NftProgram(machine.commands());
        new PodNetwork(
                        CONFIG,
                        machine.commands(),
                        nftables,
                        new HostClaims(folder.resolve("run"), _ -> true),
                        folder.resolve("net"))
                .setUp();
        for (String pod : List.of("a", "b", "c")) {
            String key = "x/" + pod;
            machine.addPod(pod, PolicyCase.address(key), CONFIG.gateway());
            api.put(Kinds.POD, PolicyCase.pod(key, JsonObject.of("pod", Json.of(pod))));
        }
        api.put(Kinds.SERVICE, service("a", "10.96.0.20", port("TCP", 80, 30080)));
        api.put(Kinds.ENDPOINT_SLICE, slice("a", "TCP", 8080, PolicyCase.address("x/a")));
        api.put(Kinds.SERVICE, service("b", "10.96.0.21", port("TCP", 80, 0)));
        api.put(Kinds.ENDPOINT_SLICE, slice("b", "TCP", 8080, PolicyCase.address("x/b")));
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
    void judgesWhatComesThroughAServiceByItsSender() throws Exception {
        put("in", ONLY_B_TO_A);

        assertEquals("a 10.244.0.11", machine.ask("b", TO_A));
        assertTrue(machine.ask("c", TO_A).contains("timed out"));
        assertTrue(machine.ask("c", "tcp 192.0.2.1 30080").contains("timed out"));
        assertTrue(machine.ask("out", "tcp 192.0.2.1 30080").contains("timed out"));
        // A pod cannot block itself, nor what runs on its node.
        assertEquals("a 10.244.0.1", machine.ask("a", TO_A));
        assertEquals("a 10.244.0.1", machine.ask("host", TO_A));
        assertEquals("a 10.244.0.1", machine.ask("host", "tcp 10.244.0.10 8080"));
    }

    @Test
    void judgesWhatGoesToAServiceByItsEndpoint() throws Exception {
        put(
                "out",
                "{podSelector: {matchLabels: {pod: c}}, policyTypes: [Egress], egress: [{to:"
                        + " [{podSelector: {matchLabels: {pod: a}}}], ports: [{port: 8080}]}]}");

        assertEquals("a 10.244.0.12", machine.ask("c", TO_A));
        assertTrue(machine.ask("c", TO_B).contains("timed out"));
        assertTrue(machine.ask("c", "tcp 192.0.2.9 8080").contains("timed out"));
        // Its own node is always within reach: API server and DNS are there.
        assertEquals("host 10.244.0.12", machine.ask("c", "tcp 10.244.0.1 8080"));
        assertEquals("c 10.244.0.11", machine.ask("b", "tcp 10.244.0.12 8080"));
    }

    @Test
    void letsOutsidersInByTheirAddress() throws Exception {
        put(
                "in",
                "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr:"
                        + " 192.0.2.0/24}}]}]}");

        assertEquals("a 192.0.2.9", machine.ask("out", "tcp 192.0.2.1 30080"));
        assertTrue(machine.ask("b", TO_A).contains("timed out"));
    }

    @Test
    void leavesWhatIsEstablishedAndTakesItsRulesAwayWithTheLastPolicy() throws Exception {
        assertEquals("a 10.244.0.12", machine.ask("c", "open 10.96.0.20 80"));

        put("in", ONLY_B_TO_A);

        assertEquals("a 10.244.0.12", machine.ask("c", "say"));
        assertTrue(machine.ask("c", TO_A).contains("timed out"));
        assertTrue(rules().contains(PolicyRules.INGRESS_ENTRY));

        long revision = api.remove(Kinds.NETWORK_POLICY, ObjectKey.of("x", "in"));
        awaitWritten(Kinds.NETWORK_POLICY, revision);
        assertEquals("a 10.244.0.12", machine.ask("c", TO_A));
        assertTrue(!rules().contains("policy-") && !rules().contains("isolated"), rules());
    }

    @Test
    void followsPodsThatComeAndGo() throws Exception {
        put("in", ONLY_B_TO_A);

        KubeObject changed = PolicyCase.pod("x/c", JsonObject.of("pod", Json.of("b")));
        awaitWritten(Kinds.POD, api.put(Kinds.POD, changed).revision());
        assertEquals("a 10.244.0.12", machine.ask("c", TO_A));

        awaitWritten(Kinds.POD, api.remove(Kinds.POD, changed.key()));
        assertTrue(machine.ask("c", TO_A).contains("timed out"));
    }

    private String rules() throws InterruptedException {
        return machine.commands().require("nft", "list", "table", "ip", CONFIG.table());
    }

    private void put(String name, String spec) throws Exception {
        KubeObject policy =
                PolicyCase.policy("x/" + name, Objects.requireNonNull(Yaml.parse(spec)));
        awaitWritten(Kinds.NETWORK_POLICY, api.put(Kinds.NETWORK_POLICY, policy).revision());
    }

    private void awaitWritten(Kind kind, long revision) throws Exception {
        assertTrue(informers.informer(kind).awaitRevision(revision, PATIENCE));
        assertTrue(proxy.awaitWritten(PATIENCE));
    }
}
