package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a node does for pods beyond running their containers, on real containers.
@Tag("root")
@ExtendWith(WithCluster.class)
class NodeFeaturesTest {

    private static void awaitReady(Kubectl kubectl, String pod) throws InterruptedException {
        kubectl.type("wait pod/" + pod + " --for=condition=Ready --timeout=60s").ok();
    }

    @Test
    void imagesAreVolumes(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: album}
                spec:
                  terminationGracePeriodSeconds: 0
                  volumes:
                  - {name: files, image: {reference: "nginx:1.19"}}
                  - {name: unused, image: {reference: "kat.invalid/none:1", pullPolicy: Never}}
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sleep, "600"]
                    volumeMounts:
                    - {name: files, mountPath: /files}
                    - {name: files, mountPath: /part, subPath: etc}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: torn}
                spec:
                  terminationGracePeriodSeconds: 0
                  volumes:
                  - {name: files, image: {reference: "nginx:1.19"}}
                  - {name: none, image: {reference: "kat.invalid/none:1", pullPolicy: Never}}
                  containers:
                  - name: absent
                    image: busybox:1.36
                    command: [sleep, "600"]
                    volumeMounts: [{name: none, mountPath: /files}]
                  - name: below
                    image: busybox:1.36
                    command: [sleep, "600"]
                    volumeMounts: [{name: files, mountPath: /files, subPath: no/such}]
                """);
        awaitReady(kubectl, "album");
        String path = ".status.containerStatuses[?(@.name==\"%s\")].state.waiting.reason";
        Waiting.until(
                "waits",
                () ->
                        kubectl.field("pod/torn", path.formatted("below"))
                                .equals("CreateContainerError"));

        assertTrue(kubectl.type("exec album -- cat /files/etc/passwd").ok().contains("root:"));
        assertTrue(kubectl.type("exec album -- cat /part/passwd").ok().contains("root:"));
        assertTrue(kubectl.type("exec album -- touch /files/new").failed().contains("Read-only"));
        assertTrue(
                kubectl.type("exec album -- /files/bin/ls").failed().contains("denied"),
                "nothing in an image volume is run as a program");
        assertEquals("ErrImageNeverPull", kubectl.field("pod/torn", path.formatted("absent")));
        kubectl.type("delete pod album torn").ok();
        Waiting.until("unmounted", () -> !mounts().contains("kubernetes.io~image"));
    }

    @Test
    void theNodeHasAnApiOfItsOwn(Kubectl kubectl) throws InterruptedException {
        kubectl.apply(Manifests.busybox("seen", "echo begun; sleep 600"));
        awaitReady(kubectl, "seen");
        String node = kubectl.field("pod/seen", ".spec.nodeName");
        String address = kubectl.field("pod/seen", ".status.hostIP");
        String port = kubectl.field("node/" + node, ".status.daemonEndpoints.kubeletEndpoint.Port");
        String base = "https://" + address + ":" + port;
        kubectl.type("create serviceaccount reader").ok();
        kubectl.type("create clusterrole figures --verb=get --resource=nodes/metrics").ok();
        String account = kubectl.namespace() + ":reader";
        kubectl.type(
                        "create clusterrolebinding figures --clusterrole=figures --serviceaccount="
                                + account)
                .ok();
        String token = kubectl.type("create token reader").ok();

        assertEquals("Unauthorized", Https.get(base + "/metrics", ""));
        assertTrue(Https.get(base + "/pods", token).startsWith("Forbidden (user="));
        assertTrue(Https.get(base + "/metrics/cadvisor", token).contains("pod=\"seen\""));
        String pod = kubectl.namespace() + "/seen";
        String proxied = "get --raw /api/v1/nodes/" + node + "/proxy";
        kubectl.type(proxied + "/containerLogs/" + pod + "/main").shows("begun");
        kubectl.type(proxied + "/pods").shows("\"name\":\"seen\"");
        kubectl.type("delete clusterrolebinding,clusterrole figures").ok();
    }

    /// As Kubernetes does: a pod deletes all files of a volume that is to be used again, and a
    /// folder below a `/tmp` goes with its volume.
    @Test
    void staticVolumesAreEmptiedOrRemoved(Kubectl kubectl, @TempDir Path home) throws Exception {
        Path emptied = Files.createDirectories(home.resolve("emptied"));
        Path removed = Files.createDirectories(home.resolve("tmp/removed"));
        for (Path folder : List.of(emptied, removed)) {
            Files.createDirectories(folder.resolve("a/.b"));
            Files.writeString(folder.resolve("a/.b/file"), "words");
            Files.writeString(folder.resolve(".hidden"), "words");
        }
        kubectl.apply(volume("emptied", emptied, "Recycle")).ok();
        kubectl.apply(volume("removed", removed, "Delete")).ok();
        kubectl.type("wait pvc/emptied pvc/removed --for=jsonpath={.status.phase}=Bound").ok();

        kubectl.type("delete pvc emptied removed").ok();
        kubectl.type("wait pv/emptied --for=jsonpath={.status.phase}=Available --timeout=90s").ok();
        kubectl.type("wait pv/removed --for=delete --timeout=60s").ok();

        try (Stream<Path> left = Files.list(emptied)) {
            assertEquals(List.of(), left.toList());
        }
        assertFalse(Files.exists(removed));
        assertEquals("", kubectl.field("pv/emptied", ".spec.claimRef"));
        kubectl.type("get pod recycler-for-emptied -n default").failed();
        kubectl.type("delete pv emptied").ok();
    }

    private static String volume(String name, Path folder, String policy) {
        return """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: NAME}
        spec:
          storageClassName: ""
          accessModes: [ReadWriteOnce]
          capacity: {storage: 1Gi}
          persistentVolumeReclaimPolicy: POLICY
          hostPath: {path: FOLDER}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: NAME}
        spec:
          storageClassName: ""
          volumeName: NAME
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi}}
        """
                .replace("NAME", name)
                .replace("POLICY", policy)
                .replace("FOLDER", folder.toString());
    }

    private static String mounts() throws IOException {
        return Files.readString(Path.of("/proc/mounts"));
    }
}
