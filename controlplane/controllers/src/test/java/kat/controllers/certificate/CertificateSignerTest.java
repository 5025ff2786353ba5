package kat.controllers.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import kat.controllers.certificate.SigningAuthority.Signed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateSignerTest {

    private static final ObjectKey KEY = ObjectKey.of("", "jane");
    private static final String REQUEST =
            "{metadata: {name: jane}, spec: {signerName: %s, request: eA==, expirationSeconds: 60},"
                    + " status: {conditions: [{type: %s, status: 'True',"
                    + " lastUpdateTime: '2026-01-01T00:00:00Z'}]}}";

    private final MemoryCluster cluster =
            new MemoryCluster(
                    Instant.parse("2026-01-01T00:00:00Z"),
                    new CertificateSigner(new Authority()),
                    new CertificateCleaner());

    private static final class Authority implements SigningAuthority {
        @Override
        public Signed sign(Order order) {
            return order.signerName().endsWith("kubelet-serving")
                    ? new Signed("", "subject organization is not system:nodes")
                    : new Signed(order.request() + order.validity().toMinutes(), "");
        }

        @Override
        public String nodeOf(Order order) {
            return "";
        }
    }

    private JsonObject settled(String signer, String condition) {
        cluster.create(
                Kinds.CERTIFICATE_SIGNING_REQUEST,
                new KubeObject((JsonObject) Yaml.parse(REQUEST.formatted(signer, condition))));
        cluster.settle();
        return cluster.get(Kinds.CERTIFICATE_SIGNING_REQUEST, KEY).status();
    }

    @Test
    void signsWhatWasApprovedForTenMinutesAtLeast() {
        JsonObject status = settled("kubernetes.io/kube-apiserver-client", "Approved");

        assertEquals("eDEw", status.string("certificate"), "x10 in base64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"kube-apiserver-client", "kube-apiserver-client-kubelet", "legacy-unknown"})
    void signsForEachSignerOfKubernetes(String signer) {
        JsonObject status = settled("kubernetes.io/" + signer, "Approved");

        assertEquals("eDEw", status.string("certificate"));
    }

    @Test
    void leavesForeignSignersAndDeniedRequestsAlone() {
        assertEquals("", settled("example.org/signer", "Approved").string("certificate"));
    }

    @Test
    void tellsWhyASignerRefuses() {
        JsonObject status = settled("kubernetes.io/kubelet-serving", "Approved");

        JsonObject failed = status.array("conditions").objects().getLast();
        assertEquals("SignerValidationFailure", failed.string("reason"));
        assertEquals("subject organization is not system:nodes", failed.string("message"));
    }

    @Test
    void removesARequestAnHourAfterItWasDenied() {
        settled("kubernetes.io/kube-apiserver-client", "Denied");

        cluster.advance(Duration.ofHours(1).plusSeconds(1));
        cluster.settle();

        assertNull(cluster.get(Kinds.CERTIFICATE_SIGNING_REQUEST, KEY));
    }

    @Test
    void keepsAnApprovedRequestOfAForeignSignerForADay() {
        settled("example.org/signer", "Approved");

        cluster.advance(Duration.ofHours(23));
        cluster.settle();
        assertNotNull(cluster.get(Kinds.CERTIFICATE_SIGNING_REQUEST, KEY));
        cluster.advance(Duration.ofHours(2));
        cluster.settle();

        assertNull(cluster.get(Kinds.CERTIFICATE_SIGNING_REQUEST, KEY));
    }
}
