package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pods and Services with addresses of two families, on a cluster of their own.
@Tag("root")
class DualStackTest {

    private static final Path NO_IPV6 = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        boolean possible = Files.exists(NO_IPV6) && Files.readString(NO_IPV6).strip().equals("0");
        assumeTrue(possible, "this machine has no IPv6");
        cluster = TestCluster.named("dual");
        cluster.up("--ip-family", "dual").ok();
        cluster.loadImages();
    }

    @AfterAll
    static void delete() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Kubectl web() throws InterruptedException, IOException {
        Kubectl kubectl = cluster.inNewNamespace();
        kubectl.apply(Manifests.web("web", "nginx:1.20", 2, "NodePort"));
        kubectl.apply(Manifests.busybox("client", "sleep 600"));
        kubectl.type("rollout status deployment/web --timeout=60s").ok();
        kubectl.type("wait pod/client --for=condition=Ready --timeout=60s").ok();
        kubectl.type("patch service web -p {\"spec\":{\"ipFamilyPolicy\":\"RequireDualStack\"}}")
                .ok();
        return kubectl;
    }

    private static void awaitAnswer(String address, String wanted)
            throws InterruptedException, IOException {
        Waiting.until(
                address + " answers",
                () -> {
                    try {
                        return Http.get(address).contains(wanted);
                    } catch (IOException notYet) {
                        return false;
                    }
                });
    }

    @Test
    void podsAndTheNodeHaveAddressesOfBothFamilies() throws InterruptedException, IOException {
        Kubectl kubectl = web();

        List<String> ips =
                List.of(kubectl.field("pod/client", ".status.podIPs[*].ip").split(" ", -1));
        String node = kubectl.type("get nodes -o jsonpath={.items[0].metadata.name}").ok();
        String ranges = kubectl.field("node/" + node, ".spec.podCIDRs");
        String hosts = kubectl.field("pod/client", ".status.hostIPs[*].ip");

        assertEquals(2, ips.size(), ips::toString);
        assertEquals(kubectl.field("pod/client", ".status.podIP"), ips.getFirst());
        assertTrue(ips.getFirst().startsWith("10."), ips::toString);
        assertTrue(ips.getLast().startsWith("fd"), ips::toString);
        assertTrue(ranges.contains("::/64"), ranges);
        assertEquals(2, hosts.split(" ", -1).length, hosts);
    }

    @Test
    void aServiceAnswersOverBothFamilies() throws InterruptedException, IOException {
        Kubectl kubectl = web();
        String four = kubectl.field("service/web", ".spec.clusterIPs[0]");
        String six = kubectl.field("service/web", ".spec.clusterIPs[1]");
        String port = kubectl.field("service/web", ".spec.ports[0].nodePort");
        String name = "web." + kubectl.namespace() + ".svc.cluster.local";

        awaitAnswer("http://[" + six + "]/version.txt", "1.20");
        assertTrue(Http.awaited("http://" + four + "/version.txt").contains("1.20"));
        awaitAnswer("http://[::1]:" + port + "/version.txt", "1.20");
        assertTrue(Http.awaited("http://127.0.0.1:" + port + "/version.txt").contains("1.20"));
        kubectl.type("exec client -- wget -qO- http://[" + six + "]/version.txt").shows("1.20");
        kubectl.type("exec client -- wget -qO- http://" + four + "/version.txt").shows("1.20");
        kubectl.type("exec client -- nslookup -type=aaaa " + name).shows(six);
        kubectl.type("exec client -- nslookup " + six).shows(name);
        String types =
                "get endpointslices -l kubernetes.io/service-name=web -o "
                        + "jsonpath={.items[*].addressType}";
        Waiting.until(
                "slices of both families",
                () -> List.of("IPv4 IPv6", "IPv6 IPv4").contains(kubectl.type(types).ok()));
    }

    @Test
    void aNetworkPolicyHoldsForBothFamilies() throws InterruptedException, IOException {
        Kubectl kubectl = web();
        kubectl.apply(Manifests.busybox("friend", "sleep 600"));
        kubectl.type("wait pod/friend --for=condition=Ready --timeout=60s").ok();
        kubectl.type("label pod friend role=friend").ok();
        String six = kubectl.field("service/web", ".spec.clusterIPs[1]");
        String ask = " -- timeout 2 wget -qO- http://[" + six + "]/version.txt";
        Waiting.until("open", () -> kubectl.type("exec client" + ask).exit() == 0);

        kubectl.apply(
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: only-friends}
                spec:
                  podSelector: {matchLabels: {app: web}}
                  ingress:
                  - from: [{podSelector: {matchLabels: {role: friend}}}]
                    ports: [{port: 80}]
                """);

        Waiting.until("denied", () -> kubectl.type("exec client" + ask).exit() != 0);
        kubectl.type("exec friend" + ask).shows("1.20");
    }
}
