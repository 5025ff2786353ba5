package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a person types in the first hour: every command with a real kubectl on real containers.
@Tag("root")
@ExtendWith(WithCluster.class)
class WalkThroughTest {

    private static final String DEPLOYMENT = "deployment/nginx-deployment";

    private static void applyNginx(Kubectl kubectl) throws InterruptedException {
        kubectl.apply(Manifests.NGINX)
                .shows(
                        "pod/nginx-pod created",
                        "deployment.apps/nginx-deployment created",
                        "service/nginx-service created");
        kubectl.type("rollout status deployment/nginx-deployment --timeout=60s")
                .shows("deployment \"nginx-deployment\" successfully rolled out");
        kubectl.type("wait pod/nginx-pod --for=condition=Ready --timeout=60s")
                .shows("pod/nginx-pod condition met");
    }

    @Test
    void theNodeIsReadyAndOfTheServersVersion(Kubectl kubectl) throws InterruptedException {
        kubectl.type("get nodes").shows(" Ready ", "v1.36.3");
        kubectl.type("version").shows("Server Version: v1.36.3");
        String node = kubectl.type("get nodes -o name").ok().strip();
        assertEquals("v1.36.3", kubectl.field(node, ".status.nodeInfo.kubeletVersion"));
    }

    @Test
    void objectsOfTheChapterRunAndAreShown(Kubectl kubectl) throws InterruptedException {
        applyNginx(kubectl);

        kubectl.type("get all")
                .shows("pod/nginx-pod", "3/3", "service/nginx-service", "replicaset");
        kubectl.type("get pods -o wide").shows("Running", "10.");
        kubectl.type("describe pod nginx-pod")
                .shows("Status:           Running", "Started", "Container started");
        kubectl.type("describe deployment nginx-deployment")
                .shows("3 desired | 3 updated | 3 total | 3 available | 0 unavailable");
        kubectl.type("describe service nginx-service").shows("Endpoints:", ":80");
        kubectl.type("logs nginx-pod").shows("start worker process");
        kubectl.type("get events").shows("Scheduled", "Pulled", "Created", "Started");
        kubectl.feed(Manifests.NGINX, "delete", "-f", "-")
                .shows("\"nginx-pod\" deleted", "\"nginx-deployment\" deleted");
        kubectl.type("wait pod -l app=nginx --for=delete --timeout=60s").ok();
        assertEquals("", kubectl.type("get pods -o name").ok());
    }

    @Test
    void aDeploymentIsScaledUpdatedAndRolledBack(Kubectl kubectl) throws InterruptedException {
        applyNginx(kubectl);

        kubectl.type("scale " + DEPLOYMENT + " --replicas=2").shows("scaled");
        kubectl.type("set image " + DEPLOYMENT + " nginx=nginx:1.20").shows("image updated");
        kubectl.type("rollout status " + DEPLOYMENT + " --timeout=60s").shows("successfully");
        kubectl.type("rollout history " + DEPLOYMENT).shows("REVISION", "1 ", "2 ");
        kubectl.type("rollout history " + DEPLOYMENT + " --revision=2").shows("nginx:1.20");
        kubectl.type("rollout undo " + DEPLOYMENT).shows("rolled back");
        kubectl.type("rollout status " + DEPLOYMENT + " --timeout=60s").shows("successfully");
        String image = ".spec.template.spec.containers[0].image";
        assertEquals("nginx:1.19", kubectl.field(DEPLOYMENT, image));
        kubectl.type("rollout pause " + DEPLOYMENT).shows("paused");
        kubectl.type("set image " + DEPLOYMENT + " nginx=nginx:1.21").shows("image updated");
        kubectl.type("rollout resume " + DEPLOYMENT).shows("resumed");
        kubectl.type("rollout restart " + DEPLOYMENT).shows("restarted");
        kubectl.type("rollout status " + DEPLOYMENT + " --timeout=60s").shows("successfully");
        assertEquals("2", kubectl.field(DEPLOYMENT, ".status.readyReplicas"));
        kubectl.type("wait " + DEPLOYMENT + " --for=condition=Available --timeout=30s").ok();
    }

    @Test
    void objectsAreEditedComparedAndApplied(Kubectl kubectl) throws InterruptedException {
        applyNginx(kubectl);

        kubectl.type("label pod nginx-pod tier=front").shows("labeled");
        kubectl.type("annotate pod nginx-pod note=first").shows("annotated");
        kubectl.type("get pods -l tier=front -o name").shows("pod/nginx-pod");
        kubectl.with("KUBE_EDITOR", "sed -i s/replicas:.3/replicas:\\ 2/")
                .type("edit " + DEPLOYMENT)
                .shows("edited");
        assertEquals("2", kubectl.field(DEPLOYMENT, ".spec.replicas"));
        String changed = Manifests.NGINX.replace("nginx:1.19", "nginx:1.20");
        Outcome difference = kubectl.feed(changed, "diff", "-f", "-");
        assertEquals(1, difference.exit(), difference::toString);
        assertTrue(difference.out().contains("+      - image: nginx:1.20"), difference::toString);
        Outcome conflict = kubectl.feed(changed, "apply", "--server-side", "-f", "-");
        assertTrue(
                conflict.failed()
                        .contains("conflict with \"kubectl-edit\" using apps/v1: .spec.replicas"));
        kubectl.feed(changed, "apply", "--server-side", "--force-conflicts", "-f", "-")
                .shows("deployment.apps/nginx-deployment serverside-applied");
        kubectl.type("rollout status " + DEPLOYMENT + " --timeout=60s").shows("successfully");
        assertEquals("nginx:1.20", kubectl.field("pod/nginx-pod", ".spec.containers[0].image"));
    }

    @Test
    void objectsAreMadeWithoutManifests(Kubectl kubectl) throws InterruptedException {
        kubectl.type("create deployment web --image=nginx:1.21 --replicas=2").shows("created");
        kubectl.type("expose deployment web --port=80 --type=NodePort").shows("exposed");
        kubectl.type("create configmap settings --from-literal=colour=blue").shows("created");
        kubectl.type("create secret generic key --from-literal=word=hidden").shows("created");
        kubectl.type("run once --image=busybox:1.36 --restart=Never -- echo done").shows("created");
        kubectl.type("rollout status deployment/web --timeout=60s").shows("successfully");
        kubectl.type("wait pod/once --for=jsonpath={.status.phase}=Succeeded --timeout=60s").ok();

        assertEquals("done\n", kubectl.type("logs once").ok());
        assertEquals("blue", kubectl.field("configmap/settings", ".data.colour"));
        assertEquals("web", kubectl.field("service/web", ".spec.selector.app"));
        kubectl.type("autoscale deployment web --max=3").shows("autoscaled");
        kubectl.type("create job count --image=busybox:1.36 -- echo 1").shows("created");
        kubectl.type("wait job/count --for=condition=Complete --timeout=60s").ok();
    }

    @Test
    void permissionsAreTold(Kubectl kubectl) throws InterruptedException {
        assertEquals("yes\n", kubectl.type("auth can-i create pods").ok());
        assertEquals("no\n", kubectl.type("auth can-i create pods --as=nobody").out());
        kubectl.type("auth can-i --list").shows("*.*", "[*]");
        kubectl.type("auth whoami").shows("Username", "system:masters");
        kubectl.type("create role reader --verb=get --resource=pods").shows("created");
        kubectl.type("create rolebinding reads --role=reader --user=nobody").shows("created");
        assertEquals("yes\n", kubectl.type("auth can-i get pods --as=nobody").ok());
    }

    @Test
    void theApiIsExplained(Kubectl kubectl) throws InterruptedException {
        kubectl.type("explain deployment.spec.replicas").shows("FIELD: replicas <integer>");
        kubectl.type("explain pod").shows("KIND:       Pod", "spec\t<PodSpec>");
        kubectl.type("api-resources").shows("deployments", "deploy", "apps/v1", "namespaces");
        kubectl.type("api-versions").shows("apps/v1", "v1");
        kubectl.type("cluster-info").shows("Kubernetes control plane is running at https://");
    }

    @Test
    void aKindThatThereIsNotIsToldSo(Kubectl kubectl, @TempDir Path folder)
            throws InterruptedException, IOException {
        Path file = folder.resolve("typo.yaml");
        Files.writeString(file, "{apiVersion: apps/v1, kind: Deploment, metadata: {name: web}}");
        String said = kubectl.run("apply", "-f", file.toString()).failed();
        assertTrue(said.contains("no matches for kind \"Deploment\" in version \"apps/v1\""), said);
    }

    @Test
    void usageIsTold(Kubectl kubectl) throws InterruptedException, IOException {
        kubectl.apply(Manifests.busybox("busy", "while :; do :; done"));
        kubectl.type("wait pod/busy --for=condition=Ready --timeout=60s").ok();
        Waiting.until("usage of the node", () -> kubectl.type("top nodes").exit() == 0);
        kubectl.type("top nodes").shows("CPU(cores)", "MEMORY(bytes)");
        Pattern row = Pattern.compile("^busy +main +[1-9][0-9]*m +[0-9]+Mi", Pattern.MULTILINE);
        Waiting.until(
                "the processor time of a busy container",
                () -> row.matcher(kubectl.type("top pods --containers").out()).find());
    }

    @Test
    void commandsRunInContainers(Kubectl kubectl, @TempDir Path folder)
            throws InterruptedException, IOException {
        kubectl.apply(Manifests.busybox("box", "sleep 600"));
        kubectl.type("wait pod/box --for=condition=Ready --timeout=60s").ok();
        String big = "line of a file\n".repeat(200_000);
        Files.writeString(folder.resolve("there"), big);

        for (Kubectl way : new Kubectl[] {kubectl, kubectl.overSpdy()}) {
            assertEquals("box\n", way.type("exec box -- hostname").ok());
            assertEquals("fed", way.feed("fed", "exec", "-i", "box", "--", "cat").ok());
            assertEquals(3, way.run("exec", "box", "--", "sh", "-c", "exit 3").exit());
            way.run("cp", folder.resolve("there").toString(), "box:/tmp/file").ok();
            way.run("cp", "box:/tmp/file", folder.resolve("back").toString()).ok();
            assertEquals(big, Files.readString(folder.resolve("back")));
            Files.delete(folder.resolve("back"));
            String both = way.run("exec", "box", "--", "sh", "-c", "echo out; echo err >&2").out();
            assertEquals("out\n", both);
        }
    }

    @Test
    void aRunningProcessIsAttachedTo(Kubectl kubectl, @TempDir Path folder)
            throws InterruptedException, IOException {
        String pod =
                Manifests.busybox("echoing", "while read line; do echo got $line; done")
                        .replace("image: busybox:1.36", "image: busybox:1.36\n    stdin: true");
        kubectl.apply(pod);
        kubectl.type("wait pod/echoing --for=condition=Ready --timeout=60s").ok();

        for (Kubectl way : new Kubectl[] {kubectl, kubectl.overSpdy()}) {
            Path said = folder.resolve("said");
            Process attached = way.start(said, "attach", "-i", "echoing");
            try (var typed = attached.outputWriter()) {
                typed.write("hello\n");
                typed.flush();
                assertEquals("hello", Waiting.line(said, "^got (.*)$"));
            } finally {
                attached.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void logsAreFollowedAndCut(Kubectl kubectl) throws InterruptedException {
        kubectl.apply(
                Manifests.busybox("talking", "for i in 1 2 3 4 5; do echo line $i; done")
                        .replace("spec:\n", "spec:\n  restartPolicy: Never\n"));
        kubectl.type("wait pod/talking --for=jsonpath={.status.phase}=Succeeded --timeout=60s")
                .ok();

        assertEquals("line 4\nline 5\n", kubectl.type("logs talking --tail=2").ok());
        assertEquals("line 1\n", kubectl.type("logs talking --limit-bytes=7").ok());
        assertTrue(kubectl.type("logs talking -f").ok().endsWith("line 5\n"));
        assertTrue(kubectl.type("logs talking --timestamps").ok().startsWith("20"));
        assertFalse(kubectl.type("logs talking --since=1h").ok().isEmpty());
        assertTrue(kubectl.type("logs talking -p").failed().contains("previous terminated"));
    }

    @Test
    void localPortsLeadIntoPods(Kubectl kubectl, @TempDir Path folder)
            throws InterruptedException, IOException {
        applyNginx(kubectl);

        for (Kubectl way : new Kubectl[] {kubectl, kubectl.overSpdy()}) {
            for (String target : new String[] {"pod/nginx-pod", "service/nginx-service"}) {
                Path said = folder.resolve("said");
                Process forward = way.start(said, "port-forward", target, ":80");
                try {
                    String port = Waiting.line(said, "Forwarding from 127\\.0\\.0\\.1:(\\d+) .*");
                    for (int request = 0; request < 3; request++) {
                        assertTrue(Http.get("http://127.0.0.1:" + port).contains("nginx"));
                    }
                } finally {
                    forward.destroyForcibly().waitFor();
                }
            }
        }
    }

    @Test
    void manifestsWithMistakesAreRefusedInKubernetesWords(Kubectl kubectl)
            throws InterruptedException {
        String unknown = Manifests.busybox("bad", "true").replace("image:", "imag:");
        Outcome refused = kubectl.feed(unknown, "apply", "-f", "-");
        assertTrue(refused.failed().contains("unknown field \"spec.containers[0].imag\""));
        assertTrue(
                kubectl.type("get pod nobody")
                        .failed()
                        .contains("Error from server (NotFound): pods \"nobody\" not found"));
    }
}
