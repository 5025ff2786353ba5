package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.cri.IdRange;
import kat.cri.RuntimeStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods whose users are not those of the machine.
class UserNamespacesTest {

    private static final int LENGTH = UserRanges.LENGTH;
    private static final String CONTAINER =
            "'restartPolicy':'Always','containers':[{'name':'web','image':'nginx:1',"
                    + "'imagePullPolicy':'IfNotPresent'}]";

    @TempDir Path home;

    @Test
    void eachPodHasARangeThatNoOtherHas() throws Exception {
        UserRanges ranges = new UserRanges(home, 2);

        assertEquals(new IdRange(LENGTH, LENGTH), ranges.of("a"));
        assertEquals(new IdRange(2 * LENGTH, LENGTH), ranges.of("b"));
        assertEquals(new IdRange(LENGTH, LENGTH), ranges.of("a"));
        assertEquals(
                "create user namespace: could not find an empty slot to allocate a user namespace",
                assertThrows(IOException.class, () -> ranges.of("c")).getMessage());
    }

    @Test
    void aLaterKubeletKnowsTheRangesAndFindsThoseThatAreFree() throws Exception {
        UserRanges earlier = new UserRanges(home, 9);
        IdRange first = earlier.of("a");
        IdRange second = earlier.of("b");
        UserRanges later = new UserRanges(home, 9);

        assertEquals(second, later.of("b"));
        Files.delete(home.resolve("a/userns"));
        Files.delete(home.resolve("a"));
        assertEquals(first, later.of("c"));
        assertEquals(
                "{\"gidMappings\":[{\"containerId\":0,\"hostId\":65536,\"length\":65536}],"
                        + "\"uidMappings\":[{\"containerId\":0,\"hostId\":65536,\"length\":65536}]}",
                Files.readString(home.resolve("c/userns")));
    }

    @Test
    void theRuntimeIsToldWhoseUsersAPodHas() throws Exception {
        try (TestNode node = new TestNode(home)) {
            node.runtime.handlers(new RuntimeStatus.Handler("", true, true));
            node.kubelet.start();
            node.api.put(Kinds.POD, pod("own", "'hostUsers':false," + CONTAINER));
            node.api.put(Kinds.POD, pod("shared", "'hostUsers':true," + CONTAINER));

            assertEquals(new IdRange(LENGTH, LENGTH), users(node, "own"));
            assertNull(users(node, "shared"));
            assertEquals(
                    "[{\"features\":{\"recursiveReadOnlyMounts\":true,\"userNamespaces\":true},"
                            + "\"name\":\"\"}]",
                    node.api
                            .find(Kinds.NODE, ObjectKey.of("", "node-0"))
                            .status()
                            .array("runtimeHandlers")
                            .toString());
        }
    }

    private static IdRange users(TestNode node, String name) throws InterruptedException {
        KubeObject ready = node.api.await(name, TestNode::isReady);
        String id =
                ready.status()
                        .array("containerStatuses")
                        .objects()
                        .getFirst()
                        .string("containerID")
                        .replaceFirst(".*://", "");
        return node.runtime.config(id).security().namespaces().users();
    }
}
