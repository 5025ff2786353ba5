package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Services, node ports and names lead to pods, also while they are replaced.
@Tag("root")
@ExtendWith(WithCluster.class)
class TrafficTest {

    private static final int PORT = 8099;

    private static void applyWeb(Kubectl kubectl, int replicas) throws InterruptedException {
        kubectl.apply(Manifests.web("web", "nginx:1.20", replicas, "NodePort"));
        kubectl.type("rollout status deployment/web --timeout=60s").ok();
    }

    @Test
    void aServiceAnswersFromTheMachineAndFromPods(Kubectl kubectl)
            throws InterruptedException, IOException {
        applyWeb(kubectl, 2);
        kubectl.apply(Manifests.busybox("client", "sleep 600"));
        kubectl.type("wait pod/client --for=condition=Ready --timeout=60s").ok();
        String address = kubectl.field("service/web", ".spec.clusterIP");
        String port = kubectl.field("service/web", ".spec.ports[0].nodePort");

        assertTrue(Http.awaited("http://" + address + "/version.txt").contains("1.20"));
        assertTrue(Http.awaited("http://127.0.0.1:" + port + "/version.txt").contains("1.20"));
        for (String host :
                List.of(
                        address,
                        "web",
                        "web." + kubectl.namespace(),
                        "web." + kubectl.namespace() + ".svc.cluster.local")) {
            kubectl.type("exec client -- wget -qO- http://" + host + "/version.txt").shows("1.20");
        }
        kubectl.type("exec client -- nslookup web." + kubectl.namespace() + ".svc.cluster.local")
                .shows("Address", address);
    }

    @Test
    void aPodReachesTheApiServer(Kubectl kubectl) throws InterruptedException {
        kubectl.apply(Manifests.busybox("client", "sleep 600"));
        kubectl.type("wait pod/client --for=condition=Ready --timeout=60s").ok();

        kubectl.type("exec client -- nc -w 5 kubernetes.default.svc 443").ok();
        kubectl.type("exec client -- ls /var/run/secrets/kubernetes.io/serviceaccount")
                .shows("ca.crt", "namespace", "token");
    }

    @Test
    void theApiServerPassesRequestsOn(Kubectl kubectl) throws InterruptedException {
        applyWeb(kubectl, 1);
        String pod = kubectl.type("get pods -l app=web -o jsonpath={.items[0].metadata.name}").ok();
        String here = "/api/v1/namespaces/" + kubectl.namespace();

        kubectl.type("get --raw " + here + "/pods/" + pod + "/proxy/version.txt").shows("1.20");
        kubectl.type("get --raw " + here + "/pods/" + pod + ":80/proxy/").shows("nginx");
        kubectl.type("get --raw " + here + "/services/web:80/proxy/version.txt").shows("1.20");
        kubectl.type("get --raw " + here + "/services/http:web:/proxy/version.txt").shows("1.20");
        String node = kubectl.type("get nodes -o jsonpath={.items[0].metadata.name}").ok();
        kubectl.type("get --raw /api/v1/nodes/" + node + "/proxy/healthz").shows("ok");
        Outcome closed = kubectl.type("get --raw " + here + "/pods/" + pod + ":81/proxy/");
        assertTrue(closed.failed().contains("error trying to reach service: dial tcp"));
    }

    @Test
    void aRollingUpdateFailsNoRequest(Kubectl kubectl) throws InterruptedException, IOException {
        applyWeb(kubectl, 3);
        String service = "http://" + kubectl.field("service/web", ".spec.clusterIP");
        String port = kubectl.field("service/web", ".spec.ports[0].nodePort");
        String loopback = "http://127.0.0.1:" + port;

        try (Requests requests = new Requests(List.of(service, loopback))) {
            kubectl.type("set image deployment/web web=nginx:1.21").ok();
            kubectl.type("rollout status deployment/web --timeout=60s").ok();
            kubectl.type("rollout restart deployment/web").ok();
            kubectl.type("rollout status deployment/web --timeout=60s").ok();

            List<String> failures = requests.end();

            assertEquals(List.of(), failures, () -> "of " + requests.count() + " requests");
            assertTrue(requests.count() > 50, () -> "only " + requests.count() + " requests");
        }
        assertTrue(Http.get(service + "/version.txt").contains("1.21"));
    }

    @Test
    void aLoadBalancerIsAnsweredByTheNode(Kubectl kubectl)
            throws InterruptedException, IOException {
        applyWeb(kubectl, 1);
        kubectl.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: balanced}
                spec:
                  type: LoadBalancer
                  externalTrafficPolicy: Local
                  selector: {app: web}
                  ports: [{port: 18099, targetPort: 80}]
                """);

        String address = ".status.loadBalancer.ingress[0].ip";
        Waiting.until("an address", () -> !kubectl.field("service/balanced", address).isEmpty());
        String host = kubectl.field("service/balanced", address);
        assertTrue(Http.awaited("http://" + host + ":18099/version.txt").contains("1.20"));
        String port = kubectl.field("service/balanced", ".spec.healthCheckNodePort");
        String health = Http.awaited("http://127.0.0.1:" + port + "/healthz");
        assertTrue(health.contains("\"localEndpoints\": 1"), health);
    }

    @Test
    void aNetworkPolicyDecidesWhoReachesAPod(Kubectl kubectl)
            throws InterruptedException, IOException {
        applyWeb(kubectl, 1);
        kubectl.apply(Manifests.busybox("friend", "sleep 600"));
        kubectl.apply(Manifests.busybox("stranger", "sleep 600"));
        kubectl.type("wait pod/friend pod/stranger --for=condition=Ready --timeout=60s").ok();
        kubectl.type("label pod friend role=friend").ok();
        String ask = " -- timeout 2 wget -qO- http://web/version.txt";
        kubectl.type("exec stranger" + ask).shows("1.20");

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

        Waiting.until("denied", () -> kubectl.type("exec stranger" + ask).exit() != 0);
        kubectl.type("exec friend" + ask).shows("1.20");
        // Probes of the kubelet go on.
        kubectl.type("get deployment web -o jsonpath={.status.readyReplicas}").shows("1");
        kubectl.type("delete networkpolicy only-friends").ok();
        Waiting.until("allowed again", () -> kubectl.type("exec stranger" + ask).exit() == 0);
    }

    @Test
    void readinessDecidesWhoGetsRequests(Kubectl kubectl) throws InterruptedException, IOException {
        applyWeb(kubectl, 2);
        List<String> pods = kubectl.type("get pods -l app=web -o name").ok().lines().toList();
        String service = "http://" + kubectl.field("service/web", ".spec.clusterIP");
        for (String pod : pods) {
            String mark = "echo " + pod + " > /usr/share/nginx/html/who.txt";
            kubectl.run("exec", pod, "--", "sh", "-c", mark).ok();
        }

        String sick = pods.getFirst();
        kubectl.run("exec", sick, "--", "mv", "/usr/share/nginx/html/index.html", "/tmp").ok();
        String ready = ".status.conditions[?(@.type==\"Ready\")].status";
        Waiting.until("not ready", () -> kubectl.field(sick, ready).equals("False"));

        Waiting.until(
                "only the healthy pod answers",
                () -> {
                    TreeSet<String> seen = new TreeSet<>();
                    for (int i = 0; i < 20; i++) {
                        seen.add(Http.get(service + "/who.txt").strip());
                    }
                    return seen.equals(new TreeSet<>(List.of(pods.getLast())));
                });
    }

    @Test
    void aHostPortIsOpenOnLoopback(Kubectl kubectl, @TempDir Path folder)
            throws InterruptedException, IOException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: front
                spec:
                  containers:
                  - name: web
                    image: nginx:1.20
                    ports:
                    - {containerPort: 80, hostPort: %d}
                """
                        .formatted(PORT));
        kubectl.type("wait pod/front --for=condition=Ready --timeout=60s").ok();
        Path page = Files.writeString(folder.resolve("page"), "through the host's port");
        kubectl.run("cp", page.toString(), "front:/usr/share/nginx/html/page").ok();

        String body = Http.awaited("http://127.0.0.1:" + PORT + "/page");

        assertEquals("through the host's port", body);
    }
}
