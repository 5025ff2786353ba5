package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.stream.Collectors;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerSecurityContext;
import kat.cri.SecurityProfile;
import kat.kubelet.spec.HugePages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which profiles of AppArmor the runtime is told, on a machine whose kernel enforces them.
class AppArmorTest {

    private static final MachineFacts FACTS =
            new MachineFacts(
                    2,
                    1L << 32,
                    1L << 40,
                    "amd64",
                    "6",
                    "x",
                    "m",
                    "b",
                    "s",
                    false,
                    true,
                    HugePages.NONE);

    @TempDir Path home;

    private TestNode node;

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home, FACTS);
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String container(String name, String profile) {
        String context =
                profile.isEmpty() ? "" : ",'securityContext':{'appArmorProfile':" + profile + "}";
        return "{'name':'%s','image':'nginx:1'%s}".formatted(name, context);
    }

    private static KubeObject annotated(KubeObject pod, String container, String value) {
        return pod.withMetadata(
                m ->
                        m.with(
                                "annotations",
                                m.object("annotations")
                                        .with(
                                                "container.apparmor.security.beta.kubernetes.io/"
                                                        + container,
                                                value)));
    }

    /// The profile of each container of a pod that runs, by name.
    private String profiles(KubeObject pod) throws InterruptedException {
        node.api.put(Kinds.POD, pod);
        node.api.await(pod.name(), TestNode::isReady);
        return node.runtime.listContainers(ContainerFilter.ALL).stream()
                .map(this::profile)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private String profile(Container container) {
        ContainerSecurityContext context = node.runtime.config(container.id()).security();
        SecurityProfile profile = context.apparmor();
        String told = profile == null ? "none" : profile.type() + profile.localhostRef();
        return container.metadata().name() + " " + told;
    }

    @Test
    void theContainersProfileGoesBeforeThePods() throws InterruptedException {
        String containers =
                container("a", "")
                        + ","
                        + container("b", "{'type':'Localhost','localhostProfile':'k8s-web'}")
                        + ","
                        + container("c", "{'type':'Unconfined'}");

        assertEquals(
                "a RUNTIME_DEFAULT, b LOCALHOSTk8s-web, c UNCONFINED",
                profiles(
                        pod(
                                "a",
                                "'securityContext':{'appArmorProfile':{'type':'RuntimeDefault'}},"
                                        + "'containers':["
                                        + containers
                                        + "]")));
    }

    @Test
    void thePodsProfileIsThatOfItsContainers() throws InterruptedException {
        assertEquals(
                "a LOCALHOSTk8s-web, b LOCALHOSTk8s-web",
                profiles(
                        pod(
                                "a",
                                "'securityContext':{'appArmorProfile':{'type':'Localhost',"
                                        + "'localhostProfile':'k8s-web'}},'containers':["
                                        + container("a", "")
                                        + ","
                                        + container("b", "")
                                        + "]")));
    }

    @Test
    void whoAsksForNoneIsLeftToTheRuntime() throws InterruptedException {
        assertEquals("a none", profiles(pod("a", "'containers':[" + container("a", "") + "]")));
    }

    @Test
    void anAnnotationGoesBeforeThePodsProfile() throws InterruptedException {
        String containers =
                container("a", "")
                        + ","
                        + container("b", "")
                        + ","
                        + container("c", "{'type':'Unconfined'}")
                        + ","
                        + container("d", "");
        KubeObject pod =
                pod(
                        "a",
                        "'securityContext':{'appArmorProfile':{'type':'Unconfined'}},"
                                + "'containers':["
                                + containers
                                + "]");

        KubeObject asking = annotated(pod, "a", "localhost/k8s-web");
        asking = annotated(asking, "b", "runtime/default");
        asking = annotated(asking, "c", "runtime/default");

        assertEquals(
                "a LOCALHOSTk8s-web, b RUNTIME_DEFAULT, c UNCONFINED, d UNCONFINED",
                profiles(asking));
    }

    @Test
    void refusesAnAnnotationThatNamesNoProfile() throws InterruptedException {
        KubeObject pod = pod("a", "'containers':[" + container("a", "") + "]");

        node.api.put(Kinds.POD, annotated(pod, "a", "localhost/"));

        KubeObject refused =
                node.api.await("a", each -> each.status().string("phase").equals("Failed"));
        assertEquals("AppArmor", refused.status().string("reason"));
        assertEquals(
                "Pod was rejected: Cannot enforce AppArmor: invalid empty AppArmor profile name:"
                        + " \"&AppArmorProfile{Type:Localhost,LocalhostProfile:*,}\"",
                refused.status().string("message"));
    }
}
