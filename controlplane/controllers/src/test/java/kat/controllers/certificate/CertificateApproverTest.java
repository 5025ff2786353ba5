package kat.controllers.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class CertificateApproverTest {

    private static final String REQUEST =
            "{metadata: {name: r}, spec: {username: '%s', request: eA==,"
                    + " signerName: kubernetes.io/%s}, status: {}}";
    private static final String KUBELET = "kube-apiserver-client-kubelet";

    private static final class Authority implements SigningAuthority {
        @Override
        public Signed sign(Order order) {
            return new Signed("", "nobody asked for that");
        }

        @Override
        public String nodeOf(Order order) {
            return "system:node:a";
        }
    }

    /// The message of the approval; empty when there is none.
    private static String approval(String user, String signer, String... allowed) {
        Set<String> all = Set.of(allowed);
        MemoryCluster cluster =
                new MemoryCluster(
                        Instant.parse("2026-01-01T00:00:00Z"),
                        new CertificateApprover(new Authority(), (_, part) -> all.contains(part)));
        cluster.create(
                Kinds.CERTIFICATE_SIGNING_REQUEST,
                new KubeObject((JsonObject) Yaml.parse(REQUEST.formatted(user, signer))));
        cluster.settle();
        KubeObject request =
                Objects.requireNonNull(
                        cluster.get(Kinds.CERTIFICATE_SIGNING_REQUEST, ObjectKey.of("", "r")));
        return request.status().array("conditions").objects().stream()
                .map(each -> each.string("reason") + ": " + each.string("message"))
                .findFirst()
                .orElse("");
    }

    @Test
    void approvesWhatANodeAsksForItself() {
        assertEquals(
                "AutoApproved: Auto approving self kubelet client certificate after"
                        + " SubjectAccessReview.",
                approval("system:node:a", KUBELET, "selfnodeclient"));
    }

    @Test
    void approvesWhatSomebodyAsksForANode() {
        assertEquals(
                "AutoApproved: Auto approving kubelet client certificate after"
                        + " SubjectAccessReview.",
                approval("system:bootstrap:x", KUBELET, "nodeclient"));
    }

    @Test
    void leavesToPeopleWhatIsNotAllowedOrOfAnotherSigner() {
        assertEquals("", approval("system:bootstrap:x", KUBELET, "selfnodeclient"));
        assertEquals("", approval("jane", "kube-apiserver-client", "nodeclient"));
    }
}
