package kat.controllers.resourceclaim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class ResourceClaimTest {

    private static final Kind CLAIM = PodDeviceClaim.KIND;
    private static final Kind TEMPLATE =
            Kinds.builtIn().require("resource.k8s.io/v1", "ResourceClaimTemplate");
    private static final ObjectKey POD = ObjectKey.of("ns", "p");

    private final MemoryCluster cluster =
            new MemoryCluster(
                    Instant.parse("2026-01-01T00:00:00Z"), new PodClaims(), new ClaimRelease());

    @Test
    void makesTheClaimOfATemplateAndTellsThePodItsName() {
        template();
        KubeObject pod = pod("{resourceClaims: [{name: gpu, resourceClaimTemplateName: t}]}");

        cluster.settle();

        KubeObject claim = onlyClaim();
        assertTrue(claim.name().startsWith("p-gpu-"), claim.name());
        assertEquals("gpu", claim.annotation("resource.kubernetes.io/pod-claim-name"));
        assertEquals("x", claim.label("app"));
        assertEquals(
                List.of(new OwnerReference("v1", "Pod", "p", pod.uid(), true, false)),
                claim.ownerReferences());
        assertEquals(1, claim.spec().object("devices").array("requests").size());
        assertEquals(List.of(claim.name()), PodDeviceClaim.names(present()));
    }

    @Test
    void usesAClaimThatWasMadeBeforeACrash() {
        template();
        pod("{resourceClaims: [{name: gpu, resourceClaimTemplateName: t}]}");
        cluster.settle();
        KubeObject claim = onlyClaim();
        cluster.update(
                Kinds.POD,
                present().withStatus(status -> status.without("resourceClaimStatuses")),
                "status");

        cluster.settle();

        assertEquals(claim.name(), onlyClaim().name());
        assertEquals(List.of(claim.name()), PodDeviceClaim.names(present()));
    }

    @Test
    void makesAnotherClaimWhenTheFirstIsDeleted() {
        template();
        pod("{resourceClaims: [{name: gpu, resourceClaimTemplateName: t}]}");
        cluster.settle();
        KubeObject first = onlyClaim();
        cluster.delete(CLAIM, first);

        cluster.settle();

        assertNotEquals(first.name(), onlyClaim().name());
        assertEquals(List.of(onlyClaim().name()), PodDeviceClaim.names(present()));
    }

    @Test
    void tellsThatATemplateIsMissingAndGoesOnOnceItIsThere() {
        pod("{resourceClaims: [{name: gpu, resourceClaimTemplateName: t}]}");
        cluster.settle();

        assertEquals(
                "PodResourceClaim gpu: resource claim template \"t\":"
                        + " resourceclaimtemplate.resource.k8s.io \"t\" not found",
                cluster.messages().getFirst());

        template();
        cluster.settle();

        assertNotNull(onlyClaim());
    }

    @Test
    void cutsLongNamesInProportion() {
        assertEquals("p-gpu-", PodClaims.base("p", "gpu"));
        assertEquals(
                "a".repeat(46) + "-" + "b".repeat(9),
                PodClaims.base("a".repeat(80), "b".repeat(17)));
    }

    @Test
    void reservesAnAllottedClaimForAPodThatHasItsNodeAlready() {
        KubeObject pod =
                pod("{nodeName: node-1, resourceClaims: [{name: gpu, resourceClaimName: c}]}");
        claim("", "{allocation: {}}");

        cluster.settle();

        assertTrue(PodDeviceClaim.isReserved(onlyClaim(), pod));
    }

    @Test
    void leavesReservationsToTheSchedulerWhileThePodHasNoNode() {
        pod("{resourceClaims: [{name: gpu, resourceClaimName: c}]}");
        claim("", "{allocation: {}}");

        cluster.settle();

        assertTrue(onlyClaim().status().array("reservedFor").isEmpty());
    }

    @Test
    void givesDevicesBackWhenTheLastPodHasEnded() {
        KubeObject pod =
                pod("{nodeName: node-1, resourceClaims: [{name: gpu, resourceClaimName: c}]}");
        claim(
                "finalizers: [resource.kubernetes.io/delete-protection]",
                "{allocation: {}, reservedFor: [{resource: pods, name: p, uid: "
                        + pod.uid()
                        + "}]}");
        cluster.settle();
        assertTrue(PodDeviceClaim.isReserved(onlyClaim(), pod));

        cluster.update(
                Kinds.POD, present().withStatus(s -> s.with("phase", "Succeeded")), "status");
        cluster.settle();

        assertTrue(onlyClaim().status().isEmpty());
        assertEquals(List.of(), onlyClaim().finalizers());
    }

    @Test
    void keepsTheAllocationForThePodsThatAreLeft() {
        KubeObject pod =
                pod("{nodeName: node-1, resourceClaims: [{name: gpu, resourceClaimName: c}]}");
        claim(
                "finalizers: [resource.kubernetes.io/delete-protection]",
                "{allocation: {}, reservedFor: [{resource: pods, name: gone, uid: u},"
                        + " {resource: pods, name: p, uid: "
                        + pod.uid()
                        + "}]}");

        cluster.settle();
        cluster.advance(ClaimRelease.LAG.plus(Duration.ofSeconds(1)));
        cluster.settle();

        assertTrue(onlyClaim().status().has("allocation"));
        assertEquals(1, onlyClaim().status().array("reservedFor").size());
        assertEquals(List.of(PodDeviceClaim.FINALIZER), onlyClaim().finalizers());
    }

    @Test
    void waitsForAPodThatMayNotHaveBeenSeenYet() {
        claim(
                "finalizers: [resource.kubernetes.io/delete-protection],"
                        + " managedFields: [{manager: kube-scheduler,"
                        + " time: '2026-01-01T00:00:00Z'}]",
                "{allocation: {}, reservedFor: [{resource: pods, name: p, uid: u}]}");
        cluster.settle();
        assertTrue(onlyClaim().status().has("allocation"));

        cluster.advance(ClaimRelease.LAG.plus(Duration.ofSeconds(1)));
        cluster.settle();

        assertFalse(onlyClaim().status().has("allocation"));
    }

    @Test
    void deletesTheClaimThatWasMadeForAPodThatHasEnded() {
        template();
        pod("{resourceClaims: [{name: gpu, resourceClaimTemplateName: t}]}");
        cluster.settle();
        cluster.update(Kinds.POD, present().withStatus(s -> s.with("phase", "Failed")), "status");

        cluster.settle();

        assertTrue(cluster.list(CLAIM, "ns").isEmpty());
    }

    @Test
    void letsADeletedClaimGoThatNobodyUses() {
        KubeObject claim =
                claim("finalizers: [resource.kubernetes.io/delete-protection]", "{allocation: {}}");
        cluster.delete(CLAIM, claim);

        cluster.settle();

        assertNull(cluster.get(CLAIM, claim.key()));
    }

    @Test
    void keepsAConsumerThatIsNoPod() {
        claim("", "{allocation: {}, reservedFor: [{apiGroup: x, resource: ys, name: y, uid: u}]}");

        cluster.settle();

        assertEquals(1, onlyClaim().status().array("reservedFor").size());
    }

    private KubeObject onlyClaim() {
        List<KubeObject> claims = cluster.list(CLAIM, "ns");
        assertEquals(1, claims.size());
        return claims.getFirst();
    }

    private KubeObject present() {
        return Objects.requireNonNull(cluster.get(Kinds.POD, POD));
    }

    private KubeObject pod(String spec) {
        return cluster.create(
                Kinds.POD,
                object(
                        "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns}, spec: "
                                + spec
                                + "}"));
    }

    private void template() {
        cluster.create(
                TEMPLATE,
                object(
                        "{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata:"
                                + " {name: t, namespace: ns}, spec: {metadata: {labels: {app: x}},"
                                + " spec: {devices: {requests: [{name: r, exactly:"
                                + " {deviceClassName: d}}]}}}}"));
    }

    private KubeObject claim(String metadata, String status) {
        return cluster.create(
                CLAIM,
                object(
                        "{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: {name: c,"
                                + " namespace: ns"
                                + (metadata.isEmpty() ? "" : ", " + metadata)
                                + "}, spec: {}, status: "
                                + status
                                + "}"));
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }
}
