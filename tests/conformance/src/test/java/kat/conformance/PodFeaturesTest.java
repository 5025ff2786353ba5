package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What pods may ask of a node, on real containers.
@Tag("root")
@ExtendWith(WithCluster.class)
class PodFeaturesTest {

    private static final String STATE = ".status.containerStatuses[0].state.terminated";

    private static void awaitReady(Kubectl kubectl, String pod) throws InterruptedException {
        kubectl.type("wait pod/" + pod + " --for=condition=Ready --timeout=60s").ok();
    }

    private static void awaitEnd(Kubectl kubectl, String pod, String phase)
            throws InterruptedException {
        kubectl.type("wait pod/" + pod + " --for=jsonpath={.status.phase}=" + phase).ok();
    }

    @Test
    void changesOfConfigMapsAndSecretsReachVolumes(Kubectl kubectl)
            throws InterruptedException, IOException {
        kubectl.type("create configmap colours --from-literal=wall=blue").ok();
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: reader, labels: {tier: one}}
                spec:
                  terminationGracePeriodSeconds: 1
                  volumes:
                  - name: all
                    projected:
                      sources:
                      - configMap: {name: colours}
                      - secret: {name: later, optional: true}
                      - downwardAPI:
                          items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]
                      - serviceAccountToken: {path: token}
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sleep, "600"]
                    volumeMounts: [{name: all, mountPath: /all}]
                """);
        awaitReady(kubectl, "reader");
        assertEquals("blue", kubectl.type("exec reader -- cat /all/wall").ok());
        assertEquals("tier=\"one\"", kubectl.type("exec reader -- cat /all/labels").ok());

        kubectl.run("patch", "configmap", "colours", "-p", "{\"data\":{\"wall\":\"red\"}}").ok();
        kubectl.type("create secret generic later --from-literal=word=hidden").ok();
        kubectl.type("label pod reader tier=two --overwrite").ok();

        Waiting.until(
                "red", () -> kubectl.type("exec reader -- cat /all/wall").out().equals("red"));
        Waiting.until(
                "secret",
                () -> kubectl.type("exec reader -- cat /all/word").out().equals("hidden"));
        Waiting.until(
                "label",
                () -> kubectl.type("exec reader -- cat /all/labels").out().contains("two"));
        kubectl.type("delete secret later").ok();
        Waiting.until(
                "secret gone",
                () -> !kubectl.type("exec reader -- ls /all").out().contains("word"));
        assertTrue(kubectl.type("exec reader -- ls -la /all").ok().contains("..data"));
    }

    @Test
    void initContainersAndSidecarsComeFirst(Kubectl kubectl) throws InterruptedException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: ordered}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: shared, emptyDir: {}}]
                  initContainers:
                  - name: first
                    image: busybox:1.36
                    command: [sh, -c, echo first >> /shared/order]
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  - name: side
                    image: busybox:1.36
                    restartPolicy: Always
                    command: [sh, -c, echo side >> /shared/order; touch /started; sleep 600]
                    startupProbe: {exec: {command: [ls, /started]}, periodSeconds: 1}
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, echo main >> /shared/order; cat /shared/order]
                    volumeMounts: [{name: shared, mountPath: /shared}]
                """);
        awaitEnd(kubectl, "ordered", "Succeeded");

        assertEquals("first\nside\nmain\n", kubectl.type("logs ordered -c main").ok());
    }

    @Test
    void aSickContainerIsRestarted(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: sick}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, touch /well; sleep 2; rm /well; sleep 600]
                    livenessProbe:
                      exec: {command: [ls, /well]}
                      periodSeconds: 1
                      failureThreshold: 1
                """);
        String restarts = ".status.containerStatuses[0].restartCount";
        Waiting.until("restart", () -> !kubectl.field("pod/sick", restarts).matches("0?"));
        kubectl.type("describe pod sick").shows("Liveness probe failed: ls:", "will be restarted");
        kubectl.type("logs sick -p").ok();
    }

    @Test
    void endsAreExplained(Kubectl kubectl) throws InterruptedException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: worded}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, echo last words > /dev/termination-log; exit 3]
                """);
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: greedy}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, tail /dev/zero]
                    resources: {limits: {memory: 16Mi}}
                """);
        awaitEnd(kubectl, "worded", "Failed");
        awaitEnd(kubectl, "greedy", "Failed");

        assertEquals("last words\n", kubectl.field("pod/worded", STATE + ".message"));
        assertEquals("3", kubectl.field("pod/worded", STATE + ".exitCode"));
        assertEquals("OOMKilled", kubectl.field("pod/greedy", STATE + ".reason"));
        assertEquals("137", kubectl.field("pod/greedy", STATE + ".exitCode"));
    }

    @Test
    void usersAndGroupsAreThoseAskedFor(Kubectl kubectl) throws InterruptedException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: owned}
                spec:
                  restartPolicy: Never
                  securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000}
                  volumes: [{name: scratch, emptyDir: {}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, id; touch /scratch/file; stat -c %g /scratch/file]
                    volumeMounts: [{name: scratch, mountPath: /scratch, subPath: below}]
                    securityContext: {readOnlyRootFilesystem: true}
                """);
        awaitEnd(kubectl, "owned", "Succeeded");

        String said = kubectl.type("logs owned").ok();
        assertTrue(said.startsWith("uid=1000 gid=3000 groups=2000"), said);
        assertTrue(said.endsWith("\n2000\n"), said);
    }

    @Test
    void limitsAndRulesOfPodsAreKept(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: outgrown}
                spec:
                  volumes: [{name: cache, emptyDir: {sizeLimit: 1Mi}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "dd if=/dev/zero of=/c/f bs=1M count=3; sleep 600"]
                    volumeMounts: [{name: cache, mountPath: /c}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: unsafe}
                spec:
                  securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "600"]}]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: again}
                spec:
                  restartPolicy: Never
                  volumes: [{name: work, emptyDir: {}}]
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, "test -f /w/x && exit 0; touch /w/x; exit 42"]
                    volumeMounts: [{name: work, mountPath: /w}]
                    restartPolicy: Never
                    restartPolicyRules:
                    - {action: Restart, exitCodes: {operator: In, values: [42]}}
                """);
        awaitEnd(kubectl, "unsafe", "Failed");
        awaitEnd(kubectl, "again", "Succeeded");
        awaitEnd(kubectl, "outgrown", "Failed");

        assertEquals("SysctlForbidden", kubectl.field("pod/unsafe", ".status.reason"));
        assertEquals("1", kubectl.field("pod/again", ".status.containerStatuses[0].restartCount"));
        assertEquals("Evicted", kubectl.field("pod/outgrown", ".status.reason"));
        assertEquals(
                "Usage of EmptyDir volume \"cache\" exceeds the limit \"1Mi\". ",
                kubectl.field("pod/outgrown", ".status.message"));
    }

    @Test
    void aRunningPodIsDebugged(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(Manifests.busybox("subject", "sleep 601"));
        awaitReady(kubectl, "subject");

        kubectl.run(
                        "debug",
                        "subject",
                        "--image=busybox:1.36",
                        "--target=main",
                        "--container=looker",
                        "--",
                        "sh",
                        "-c",
                        "ps; sleep 600")
                .ok();

        String running = ".status.ephemeralContainerStatuses[0].state.running.startedAt";
        Waiting.until("debugger", () -> !kubectl.field("pod/subject", running).isEmpty());
        Waiting.until(
                "the other container's process",
                () -> kubectl.type("logs subject -c looker").out().contains("sleep 601"));
        assertEquals("looks\n", kubectl.type("exec subject -c looker -- echo looks").ok());
        assertEquals("Running", kubectl.field("pod/subject", ".status.phase"));
    }

    @Test
    void resourcesChangeInPlace(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(
                Manifests.busybox("grows", "sleep 600")
                        .replace(
                                "    image:",
                                """
                                    resources: {limits: {cpu: 100m, memory: 32Mi}}
                                    image:\
                                """));
        awaitReady(kubectl, "grows");
        String container = ".status.containerStatuses[0].";
        String id = kubectl.field("pod/grows", container + "containerID");

        kubectl.run(
                        "patch",
                        "pod",
                        "grows",
                        "--subresource=resize",
                        "-p",
                        """
                        {"spec":{"containers":[{"name":"main","resources":{
                          "requests":{"cpu":"50m","memory":"64Mi"},
                          "limits":{"cpu":"50m","memory":"64Mi"}}}]}}
                        """)
                .ok();

        Waiting.until(
                "resized",
                () ->
                        kubectl.field("pod/grows", container + "resources.limits.memory")
                                .equals("64Mi"));
        assertEquals(id, kubectl.field("pod/grows", container + "containerID"));
        String limit = "cat /sys/fs/cgroup/memory*/memory.limit_in_bytes /sys/fs/cgroup/memory.max";
        String seen = kubectl.run("exec", "grows", "--", "sh", "-c", limit + " 2>&1").out();
        assertTrue(seen.contains(Integer.toString(64 << 20)), seen);
    }
}
