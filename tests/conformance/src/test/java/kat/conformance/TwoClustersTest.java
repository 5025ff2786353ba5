package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two clusters side by side on one machine.
@Tag("root")
@ExtendWith(WithCluster.class)
class TwoClustersTest {

    private static String serve(Kubectl kubectl, String image) throws InterruptedException {
        kubectl.apply(Manifests.web("web", image, 1, "NodePort"));
        kubectl.apply(Manifests.busybox("client", "sleep 600"));
        kubectl.type("rollout status deployment/web --timeout=60s").ok();
        kubectl.type("wait pod/client --for=condition=Ready --timeout=60s").ok();
        return kubectl.field("service/web", ".spec.clusterIP");
    }

    private static String askInside(Kubectl kubectl, String host) throws InterruptedException {
        return kubectl.type("exec client -- wget -qO- http://" + host + "/version.txt").ok();
    }

    @Test
    void eachHasTrafficOfItsOwn(TestCluster first) throws IOException, InterruptedException {
        try (TestCluster second = TestCluster.named("second")) {
            second.up().ok();
            second.loadImages();
            Kubectl here = first.inNewNamespace();
            Kubectl there = second.inNewNamespace();
            String hereAddress = serve(here, "nginx:1.20");
            String thereAddress = serve(there, "nginx:1.21");

            assertNotEquals(hereAddress, thereAddress);
            assertEquals("1.20\n", Http.get("http://" + hereAddress + "/version.txt"));
            assertEquals("1.21\n", Http.get("http://" + thereAddress + "/version.txt"));
            assertEquals("1.20\n", askInside(here, "web"));
            assertEquals("1.21\n", askInside(there, "web"));
            String pod = there.type("get pod client -o jsonpath={.status.podIP}").ok();
            assertTrue(
                    here.type("exec client -- ping -c 1 -W 1 " + pod).exit() != 0,
                    "pods of one cluster reach those of another");

            second.kat("delete", "--kubeconfig", there.kubeconfig().toString()).ok();

            assertEquals("1.20\n", askInside(here, "web"));
            assertEquals("1.20\n", Http.get("http://" + hereAddress + "/version.txt"));
        }
    }
}
