package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pods that claim devices, on simulated nodes: the slices of a driver are written by hand.
class DevicesTest {

    private TestCluster cluster;
    private Kubectl kubectl;

    @BeforeEach
    void start() {
        cluster = TestCluster.simulated("devices");
        cluster.up("--simulated-nodes", "2").ok();
        kubectl = cluster.kubectl().in("default");
    }

    @AfterEach
    void delete() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    private void offer(String more) throws InterruptedException {
        kubectl.apply(
                """
                apiVersion: resource.k8s.io/v1
                kind: DeviceClass
                metadata: {name: gpu}
                spec:
                  selectors: [{cel: {expression: 'device.driver == "gpu.example.com"'}}]
                ---
                apiVersion: resource.k8s.io/v1
                kind: ResourceSlice
                metadata: {name: node-1-gpu}
                spec:
                  driver: gpu.example.com
                  nodeName: node-1
                  pool: {name: node-1, generation: 1, resourceSliceCount: 1}
                  devices: [{name: only%s}]
                ---
                apiVersion: resource.k8s.io/v1
                kind: ResourceClaimTemplate
                metadata: {name: one-gpu}
                spec:
                  spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu}}]}}
                ---
                apiVersion: resource.k8s.io/v1
                kind: ResourceClaim
                metadata: {name: common}
                spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu}}]}}
                """
                        .formatted(more));
    }

    private void run(String pod, String source) throws InterruptedException {
        kubectl.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 0
                  resourceClaims: [{name: gpu, %s}]
                  containers:
                  - {name: main, image: busybox:1.36, resources: {claims: [{name: gpu}]}}
                """
                        .formatted(pod, source));
    }

    private void awaitReady(String pod) throws InterruptedException {
        kubectl.type("wait pod/" + pod + " --for=condition=Ready --timeout=120s").ok();
    }

    private String claimOf(String pod) throws InterruptedException {
        return "resourceclaim/"
                + kubectl.field("pod/" + pod, ".status.resourceClaimStatuses[0].resourceClaimName");
    }

    @Test
    void aDeviceGoesFromPodToPod() throws InterruptedException, IOException {
        offer("");
        run("first", "resourceClaimTemplateName: one-gpu");
        awaitReady("first");
        String claim = claimOf("first");

        assertEquals("node-1", kubectl.field("pod/first", ".spec.nodeName"));
        assertEquals(
                "gpu gpu.example.com/node-1/only first",
                kubectl.field(
                        claim,
                        ".status.allocation.devices.results[0].request} {.status.allocation.devices"
                                + ".results[0].driver}/{.status.allocation.devices.results[0].pool}"
                                + "/{.status.allocation.devices.results[0].device}"
                                + " {.status.reservedFor[0].name"));
        assertEquals(
                "resource.kubernetes.io/delete-protection",
                kubectl.field(claim, ".metadata.finalizers[0]"));

        run("second", "resourceClaimTemplateName: one-gpu");
        Waiting.until(
                "the second pod is told why it waits",
                () ->
                        kubectl.field(
                                        "pod/second",
                                        ".status.conditions[?(@.type==\"PodScheduled\")].message")
                                .equals(
                                        "0/2 nodes are available: 2 cannot allocate all claims."
                                                + " still not schedulable, preemption: 0/2 nodes"
                                                + " are available: 2 Preemption is not helpful for"
                                                + " scheduling."));
        kubectl.type("delete pod first").ok();

        awaitReady("second");
        assertEquals("node-1", kubectl.field("pod/second", ".spec.nodeName"));
        kubectl.type("wait " + claim + " --for=delete --timeout=120s").ok();
    }

    @Test
    void podsShareAClaim() throws InterruptedException, IOException {
        offer("");
        run("first", "resourceClaimName: common");
        run("second", "resourceClaimName: common");
        awaitReady("first");
        awaitReady("second");

        assertEquals("node-1", kubectl.field("pod/second", ".spec.nodeName"));
        String users = kubectl.field("resourceclaim/common", ".status.reservedFor[*].name");
        assertEquals(2, users.split(" ").length);
        kubectl.type("delete pod first second").ok();
        Waiting.until(
                "the device is given back",
                () -> kubectl.field("resourceclaim/common", ".status.allocation").isEmpty());
    }

    @Test
    void aPodWaitsUntilItsDeviceIsAttached() throws InterruptedException, IOException {
        offer(", bindingConditions: [attached], bindingFailureConditions: [broken]");
        run("first", "resourceClaimName: common");
        Waiting.until(
                "the claim has its device",
                () -> kubectl.field("resourceclaim/common", ".status.reservedFor").contains("uid"));
        Waiting.until(
                "the pod is said to wait",
                () -> kubectl.type("get events").ok().contains("BindingConditionsPending"));
        assertEquals("", kubectl.field("pod/first", ".spec.nodeName"));

        kubectl.run(
                        "patch",
                        "resourceclaim",
                        "common",
                        "--subresource=status",
                        "-p",
                        "{\"status\":{\"devices\":[{\"driver\":\"gpu.example.com\",\"pool\":"
                                + "\"node-1\",\"device\":\"only\",\"conditions\":[{\"type\":"
                                + "\"attached\",\"status\":\"True\",\"reason\":\"Done\","
                                + "\"message\":\"\",\"lastTransitionTime\":"
                                + "\"2026-01-01T00:00:00Z\"}]}]}}")
                .ok();

        awaitReady("first");
    }
}
