package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Fields of pods that reach down to the kernel, on real containers.
@Tag("root")
@ExtendWith(WithCluster.class)
class NodeDepthTest {

    private static final String FIRST = ".status.containerStatuses[0]";

    private static final String SECURED =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: filtered}
            spec:
              terminationGracePeriodSeconds: 0
              securityContext:
                sysctls: [{name: kernel.shm_rmid_forced, value: "1"}]
                seccompProfile: {type: Localhost, localhostProfile: nochmod.json}
                supplementalGroups: [4000]
              containers:
              - {name: own, image: "busybox:1.36", command: [sleep, "600"]}
              - name: usual
                image: busybox:1.36
                command: [sleep, "600"]
                securityContext: {seccompProfile: {type: RuntimeDefault}}
              - name: free
                image: busybox:1.36
                command: [sleep, "600"]
                securityContext: {seccompProfile: {type: Unconfined}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: strict}
            spec:
              securityContext: {supplementalGroupsPolicy: Strict}
              containers: [{name: main, image: "busybox:1.36", command: [sleep, "600"]}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: armored}
            spec:
              securityContext: {appArmorProfile: {type: RuntimeDefault}}
              containers: [{name: main, image: "busybox:1.36", command: [sleep, "600"]}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: mapped}
            spec:
              hostUsers: false
              terminationGracePeriodSeconds: 0
              containers: [{name: main, image: "busybox:1.36", command: [sleep, "600"]}]
            """;

    private static void awaitReady(Kubectl kubectl, String... pods) throws InterruptedException {
        for (String pod : pods) {
            kubectl.type("wait pod/" + pod + " --for=condition=Ready --timeout=60s").ok();
        }
    }

    private static void awaitEnd(Kubectl kubectl, String pod, String phase)
            throws InterruptedException {
        kubectl.type("wait pod/" + pod + " --timeout=60s --for=jsonpath={.status.phase}=" + phase)
                .ok();
    }

    private static String exec(Kubectl kubectl, String pod, String script)
            throws InterruptedException {
        return kubectl.run("exec", pod, "--", "sh", "-c", script).ok();
    }

    @Test
    void namespacesAreSharedAsAsked(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: machine}
                spec:
                  hostPID: true
                  hostIPC: true
                  terminationGracePeriodSeconds: 0
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "600"]}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: shared}
                spec:
                  shareProcessNamespace: true
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: one, image: "busybox:1.36", command: [sleep, "611"]}
                  - {name: two, image: "busybox:1.36", command: [sleep, "622"]}
                """);
        awaitReady(kubectl, "machine", "shared");

        String ipc = Files.readSymbolicLink(Path.of("/proc/self/ns/ipc")).toString();
        assertEquals(ipc, exec(kubectl, "machine", "readlink /proc/self/ns/ipc").strip());
        String pid = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        assertEquals(pid, exec(kubectl, "machine", "readlink /proc/self/ns/pid").strip());
        String seen = kubectl.type("exec shared -c one -- ps").ok();
        assertTrue(seen.contains("sleep 622") && seen.contains("pause"), seen);
    }

    @Test
    void securityReachesTheKernel(Kubectl kubectl, TestCluster cluster)
            throws InterruptedException, IOException {
        Path profiles = cluster.home().resolve(cluster.name()).resolve("node/kubelet/seccomp");
        Files.createDirectories(profiles);
        Files.writeString(
                profiles.resolve("nochmod.json"),
                """
                {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                  {"names":["chmod","fchmod","fchmodat"],"action":"SCMP_ACT_ERRNO"}]}
                """);
        kubectl.apply(SECURED);
        awaitReady(kubectl, "filtered");
        awaitEnd(kubectl, "strict", "Failed");

        String filter = "exec filtered -c %s -- grep Seccomp: /proc/self/status";
        assertEquals("Seccomp:\t2\n", kubectl.type(filter.formatted("usual")).ok());
        assertEquals("Seccomp:\t0\n", kubectl.type(filter.formatted("free")).ok());
        String refused = kubectl.type("exec filtered -c own -- chmod 700 /tmp").failed();
        assertTrue(refused.contains("Operation not permitted"), refused);
        assertEquals("1\n", exec(kubectl, "filtered", "cat /proc/sys/kernel/shm_rmid_forced"));
        assertTrue(exec(kubectl, "filtered", "id -G").contains("4000"));
        assertEquals(
                "SupplementalGroupsPolicyNotSupported",
                kubectl.field("pod/strict", ".status.reason"));
        if (!Files.exists(Path.of("/sys/module/apparmor"))) {
            awaitEnd(kubectl, "armored", "Failed");
            assertEquals(
                    "Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the"
                            + " host",
                    kubectl.field("pod/armored", ".status.message"));
        }
        Waiting.until(
                "no user namespaces",
                () ->
                        kubectl.type("describe pod mapped")
                                .out()
                                .contains("does not support user namespaces"));
    }

    @Test
    void hooksProbesAndMessagesFollowTheContainer(Kubectl kubectl)
            throws InterruptedException, IOException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: hooked}
                spec:
                  terminationGracePeriodSeconds: 10
                  volumes: [{name: notes, emptyDir: {}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "sleep 1; touch /up; sleep 600"]
                    env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
                    startupProbe: {exec: {command: [ls, /up]}, periodSeconds: 1}
                    livenessProbe: {exec: {command: [ls, /up]}, failureThreshold: 1}
                    lifecycle:
                      postStart: {exec: {command: [sh, -c, "echo begun > /notes/post"]}}
                    volumeMounts:
                    - {name: notes, mountPath: /notes, subPathExpr: $(POD)/deep}
                    - {name: notes, mountPath: /all}
                  - name: sleeper
                    image: busybox:1.36
                    command: [sleep, "600"]
                    lifecycle: {postStart: {sleep: {seconds: 1}}, preStop: {sleep: {seconds: 1}}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: worded}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "exec 2>&1; echo one; echo two; touch /x || exit 3"]
                    terminationMessagePolicy: FallbackToLogsOnError
                    securityContext: {readOnlyRootFilesystem: true}
                """);
        awaitReady(kubectl, "hooked");
        awaitEnd(kubectl, "worded", "Failed");

        assertEquals("begun\n", exec(kubectl, "hooked", "cat /all/hooked/deep/post"));
        assertEquals("0", kubectl.field("pod/hooked", FIRST + ".restartCount"));
        String message = kubectl.field("pod/worded", FIRST + ".state.terminated.message");
        assertTrue(message.startsWith("one\ntwo\n"), message);
        assertTrue(message.contains("Read-only file system"), message);
    }

    @Test
    void mountsOfContainersReachOthers(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                        """
                apiVersion: v1
                kind: Pod
                metadata: {name: mounting}
                spec:
                  terminationGracePeriodSeconds: 0
                  volumes: [{name: work, emptyDir: {}}]
                  containers:
                  - name: giver
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - |
                      mkdir /w/in; mount -t tmpfs t /w/in; echo x > /w/in/given; sleep 600
                    securityContext: {privileged: true}
                    volumeMounts:
                    - {name: work, mountPath: /w, mountPropagation: Bidirectional}
                  - name: taker
                    image: busybox:1.36
                    command: [sleep, "600"]
                    volumeMounts:
                    - {name: work, mountPath: /w, mountPropagation: HostToContainer}
                  - name: other
                    image: busybox:1.36
                    command: [sh, -c, "until [ -e /w/in ]; do sleep 0.1; done; sleep 600"]
                    volumeMounts: [{name: work, mountPath: /w}]
                """)
                .ok();
        awaitReady(kubectl, "mounting");

        Waiting.until(
                "the mount is seen",
                () ->
                        kubectl.type("exec mounting -c taker -- cat /w/in/given")
                                .out()
                                .equals("x\n"));
        kubectl.type("delete pod mounting").ok();
        Waiting.until(
                "nothing stays mounted",
                () -> !Files.readString(Path.of("/proc/mounts")).contains("empty-dir/work/in"));
    }

    @Test
    void theOverheadOfARuntimeCounts(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                        """
                apiVersion: node.k8s.io/v1
                kind: RuntimeClass
                metadata: {name: heavy}
                handler: runc
                overhead: {podFixed: {cpu: 100m, memory: 32Mi}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: heavy}
                spec:
                  runtimeClassName: heavy
                  terminationGracePeriodSeconds: 0
                  securityContext: {appArmorProfile: {type: Unconfined}}
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sleep, "600"]
                    resources: {limits: {cpu: 200m, memory: 64Mi}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: whole}
                spec:
                  terminationGracePeriodSeconds: 0
                  resources: {limits: {cpu: 300m, memory: 96Mi}}
                  containers:
                  - {name: main, image: "busybox:1.36", command: [sleep, "600"]}
                """)
                .ok();
        awaitReady(kubectl, "heavy", "whole");

        assertEquals(96L << 20, memoryLimit(kubectl, "heavy"));
        assertEquals(96L << 20, memoryLimit(kubectl, "whole"));
        String own = "cat /sys/fs/cgroup/memory*/memory.limit_in_bytes /sys/fs/cgroup/memory.max";
        String seen = kubectl.run("exec", "whole", "--", "sh", "-c", own + " 2>&1").out();
        assertTrue(seen.contains(Long.toString(96L << 20)), seen);
        kubectl.type("delete pod heavy").ok();
        kubectl.type("delete runtimeclass heavy").ok();
    }

    /// Of the pod's control group, of either version.
    private static long memoryLimit(Kubectl kubectl, String pod)
            throws InterruptedException, IOException {
        String group = "pod" + kubectl.field("pod/" + pod, ".metadata.uid");
        Path limit = Path.of("memory.limit_in_bytes");
        Path memory = Path.of("/sys/fs/cgroup/memory");
        Path tree = Files.isDirectory(memory) ? memory : Path.of("/sys/fs/cgroup");
        try (Stream<Path> all = Files.walk(tree, 5)) {
            Path found = all.filter(each -> each.endsWith(group)).findFirst().orElseThrow();
            Path legacy = found.resolve(limit);
            Path file = Files.exists(legacy) ? legacy : found.resolve("memory.max");
            return Long.parseLong(Files.readString(file).strip());
        }
    }

    @Test
    void localVolumesAreFoldersOfTheNode(Kubectl kubectl, TestCluster cluster)
            throws InterruptedException, IOException {
        String node = kubectl.type("get nodes -o jsonpath={.items[0].metadata.name}").ok();
        Path folder = Files.createDirectories(cluster.folder().resolve("place"));
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: PersistentVolume
                        metadata: {name: place}
                        spec:
                          capacity: {storage: 1Gi}
                          accessModes: [ReadWriteOnce]
                          storageClassName: places
                          local: {path: $FOLDER}
                          nodeAffinity:
                            required:
                              nodeSelectorTerms:
                              - matchExpressions:
                                - {key: kubernetes.io/hostname, operator: In, values: [$NODE]}
                        ---
                        apiVersion: v1
                        kind: PersistentVolumeClaim
                        metadata: {name: place}
                        spec:
                          storageClassName: places
                          accessModes: [ReadWriteOnce]
                          resources: {requests: {storage: 1Gi}}
                        ---
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: placed}
                        spec:
                          terminationGracePeriodSeconds: 0
                          volumes: [{name: p, persistentVolumeClaim: {claimName: place}}]
                          containers:
                          - name: main
                            image: busybox:1.36
                            command: [sh, -c, "echo here > /p/file; sleep 600"]
                            volumeMounts: [{name: p, mountPath: /p}]
                        """
                                .replace("$FOLDER", folder.toString())
                                .replace("$NODE", node))
                .ok();
        awaitReady(kubectl, "placed");

        Waiting.until("written", () -> Files.exists(folder.resolve("file")));
        assertEquals("here\n", exec(kubectl, "placed", "cat /p/file"));
        kubectl.type("delete pod placed").ok();
        kubectl.type("delete pvc place").ok();
        kubectl.type("delete pv place").ok();
    }

    @Test
    void aRuleLetsAllContainersBeginAnew(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: renewed}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 0
                  volumes: [{name: work, emptyDir: {}}]
                  initContainers:
                  - name: init
                    image: busybox:1.36
                    command: [sh, -c, "echo init >> /w/order"]
                    volumeMounts: [{name: work, mountPath: /w}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - |
                      test -f /w/x && sleep 600
                      touch /w/x
                      until test -f /w/other; do sleep 0.1; done # else it has nothing to begin anew
                      exit 88
                    volumeMounts: [{name: work, mountPath: /w}]
                    restartPolicy: Never
                    restartPolicyRules:
                    - action: RestartAllContainers
                      exitCodes: {operator: In, values: [88]}
                  - name: other
                    image: busybox:1.36
                    command: [sh, -c, "touch /w/other; sleep 600"]
                    volumeMounts: [{name: work, mountPath: /w}]
                """);
        awaitReady(kubectl, "renewed");
        Waiting.until(
                "began anew",
                () -> kubectl.field("pod/renewed", FIRST + ".restartCount").equals("1"));
        awaitReady(kubectl, "renewed");

        assertEquals("init\ninit\n", exec(kubectl, "renewed", "cat /w/order"));
        assertEquals(
                "RestartingAllContainers",
                kubectl.field("pod/renewed", FIRST + ".lastState.terminated.reason"));
        assertEquals(
                "False",
                kubectl.field(
                        "pod/renewed",
                        ".status.conditions[?(@.type==\"AllContainersRestarting\")].status"));
        assertEquals(
                "1", kubectl.field("pod/renewed", ".status.initContainerStatuses[0].restartCount"));
        assertEquals(
                "1", kubectl.field("pod/renewed", ".status.containerStatuses[1].restartCount"));
    }
}
