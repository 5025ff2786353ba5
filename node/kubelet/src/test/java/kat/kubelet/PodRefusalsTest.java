package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import kat.api.Kinds;
import kat.api.KubeObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node does with pods that ask for what it cannot or must not give.
class PodRefusalsTest {

    private static final String CONTAINER = "'containers':[{'name':'web','image':'nginx:1'}]";

    @TempDir Path home;

    private TestNode node;

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home);
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void refusesSettingsOfTheKernelThatCouldHarmOthers() throws InterruptedException {
        String context = "'securityContext':{'sysctls':[{'name':'kernel.msgmax','value':'1'}]},";
        node.api.put(Kinds.POD, pod("a", context + CONTAINER));

        KubeObject refused = awaitFailed("a");
        assertEquals("SysctlForbidden", refused.status().string("reason"));
        assertEquals(
                "Pod was rejected: forbidden sysctl: \"kernel.msgmax\" not allowlisted",
                refused.status().string("message"));
    }

    @Test
    void refusesAppArmorWhereTheKernelDoesNotEnforceIt() throws InterruptedException {
        String context = "'securityContext':{'appArmorProfile':{'type':'RuntimeDefault'}},";
        node.api.put(Kinds.POD, pod("a", context + CONTAINER));

        KubeObject refused = awaitFailed("a");
        assertEquals("AppArmor", refused.status().string("reason"));
        assertEquals(
                "Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host",
                refused.status().string("message"));
    }

    @Test
    void runsNoPodWithoutTheUserNamespaceThatItAskedFor() throws InterruptedException {
        node.api.put(Kinds.POD, pod("a", "'hostUsers':false," + CONTAINER));

        node.api.awaitEvent(
                "FailedCreatePodSandBox",
                "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not"
                        + " support user namespaces");
    }

    @Test
    void waitsForARuntimeClassThatIsNotThere() throws InterruptedException {
        node.api.put(Kinds.POD, pod("a", "'runtimeClassName':'gvisor'," + CONTAINER));

        node.api.awaitEvent(
                "FailedCreatePodSandBox",
                "Failed to create pod sandbox: runtimeclass.node.k8s.io \"gvisor\" not found");
    }

    private KubeObject awaitFailed(String name) throws InterruptedException {
        return node.api.await(name, each -> each.status().string("phase").equals("Failed"));
    }
}
