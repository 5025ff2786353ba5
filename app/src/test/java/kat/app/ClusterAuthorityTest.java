package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import kat.apiserver.pki.CertificateRequest;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.controllers.certificate.SigningAuthority.Order;
import kat.controllers.certificate.SigningAuthority.Signed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterAuthorityTest {

    private static final String ON_P224 =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIHWMIGGAgEAMC8xFTATBgNVBAoMDHN5c3RlbTpub2RlczEWMBQGA1UEAwwNc3lz
            dGVtOm5vZGU6YTBOMBAGByqGSM49AgEGBSuBBAAhAzoABIdJefaU1+GycoNEZ7yI
            R7sGf0XpK+YjTfaSAsUJL0mQBq2OjAAYn1C3ypiTyQpgsSmsgJJjSGiIoAAwCgYI
            KoZIzj0EAwIDPwAwPAIcaiJmVm+5rn6ojYva0Q6z0HGuoLlfMcaGcWbNSgIcbo2/
            NKcESsKlbdiCq6GaxcT09p84zl7YHvsc3w==
            -----END CERTIFICATE REQUEST-----
            """;

    private static final String WITH_NAMES =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIIBMDCB1wIBADAdMQ0wCwYDVQQDDARqYW5lMQwwCgYDVQQKDANkZXYwWTATBgcq
            hkjOPQIBBggqhkjOPQMBBwNCAATHCfJN93qv0qs189WLJorSN0N9RqI5DBY3RC/X
            JFs74y1jx7Bdu69Gde994hqA4oTbT1fiYAj1Sp5uWbjALm9YoFgwVgYJKoZIhvcN
            AQkOMUkwRzBFBgNVHREEPjA8hhZzcGlmZmU6Ly9leGFtcGxlLm9yZy9hgg1hLmV4
            YW1wbGUub3JnhwTAAAIBgQ1hQGV4YW1wbGUub3JnMAoGCCqGSM49BAMCA0gAMEUC
            IQDhaB7xQwrw4r184wO0rOHlQqOPjCel8XLZgIiGbmp+xgIgeRCY6cvqJ4JBRvoV
            pYIwsCd1raN/Ci4DGX9ws3puL+k=
            -----END CERTIFICATE REQUEST-----
            """;

    @TempDir Path folder;
    private ClusterAuthority authority;

    @BeforeEach
    void open() throws Exception {
        authority = new ClusterAuthority(new Pki(folder, new SystemTicker(), Randomness.system()));
    }

    @Test
    void signsForKeysThatJavaCannotCheckSignaturesOf() throws Exception {
        Signed signed = authority.sign(order(ON_P224));

        assertEquals("", signed.refusal());
        assertEquals(28, fieldBytes(Pem.certificate(signed.certificate()).getPublicKey()));
    }

    @Test
    void signsNothingThatSomebodyElseSigned() {
        Signed signed = authority.sign(order(ON_P224.replace("3w==", "4w==")));

        assertFalse(signed.refusal().isEmpty());
        assertEquals("", signed.certificate());
    }

    /// What each signer refuses, in the words of Kubernetes, and what of several faults it tells.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "kube-apiserver-client | me | - | - | client auth | -",
                "kube-apiserver-client | me | g,h | dns,email,ip,uri | client auth,digital"
                        + " signature,key encipherment | -",
                "kube-apiserver-client | me | - | - | digital signature | missing required usage"
                        + " for client certificate: client auth",
                "kube-apiserver-client | me | - | - | client auth,server auth | invalid usage for"
                        + " client certificate: server auth",
                "kube-apiserver-client-kubelet | system:node:a | system:nodes | - | client"
                        + " auth,digital signature | -",
                "kube-apiserver-client-kubelet | me | g | dns | any | subject organization is not"
                        + " system:nodes",
                "kube-apiserver-client-kubelet | me | system:nodes,g | - | any | subject"
                        + " organization is not system:nodes",
                "kube-apiserver-client-kubelet | me | system:nodes | dns,email,ip,uri | any | DNS"
                        + " subjectAltNames are not allowed",
                "kube-apiserver-client-kubelet | me | system:nodes | email,ip,uri | any | Email"
                        + " subjectAltNames are not allowed",
                "kube-apiserver-client-kubelet | me | system:nodes | ip,uri | any | IP"
                        + " subjectAltNames are not allowed",
                "kube-apiserver-client-kubelet | me | system:nodes | uri | any | URI"
                        + " subjectAltNames are not allowed",
                "kube-apiserver-client-kubelet | me | system:nodes | - | any | subject common name"
                        + " does not begin with system:node:",
                "kube-apiserver-client-kubelet | system:node:a | system:nodes | - | any | usages"
                        + " did not match [client auth digital signature key encipherment]",
                "kubelet-serving | system:node:a | system:nodes | dns | digital signature,key"
                        + " encipherment,server auth | -",
                "kubelet-serving | me | g | - | any | subject organization is not system:nodes",
                "kubelet-serving | me | system:nodes | email,uri | any | DNS or IP subjectAltName"
                        + " is required",
                "kubelet-serving | me | system:nodes | dns,email,uri | any | Email subjectAltNames"
                        + " are not allowed",
                "kubelet-serving | me | system:nodes | ip,uri | any | URI subjectAltNames are not"
                        + " allowed",
                "kubelet-serving | me | system:nodes | ip | client auth | usages did not match"
                        + " [digital signature key encipherment server auth]",
                "kubelet-serving | me | system:nodes | dns | digital signature,server auth |"
                        + " subject common name does not begin with system:node:",
            })
    void eachSignerRefusesInItsOrder(
            String signer,
            String name,
            @Nullable String organizations,
            @Nullable String names,
            String usages,
            @Nullable String refusal)
            throws Exception {
        CertificateRequest request =
                new CertificateRequest(
                        name,
                        list(organizations),
                        among(names, "dns", "a.example.org"),
                        among(names, "email", "a@example.org"),
                        among(names, "ip", "192.0.2.1"),
                        among(names, "uri", "urn:a"),
                        CertificateRequest.parse(ON_P224).key());
        Order order = new Order("", "kubernetes.io/" + signer, list(usages), Duration.ofDays(1));

        assertEquals(refusal == null ? "" : refusal, ClusterAuthority.refusal(order, request));
    }

    private static List<String> list(@Nullable String text) {
        return text == null ? List.of() : List.of(text.split(",", -1));
    }

    private static List<String> among(@Nullable String names, String kind, String value) {
        return list(names).contains(kind) ? List.of(value) : List.of();
    }

    /// Made with OpenSSL: for a client, with a name of each kind.
    @Test
    void signsAllNamesThatARequestHas() throws Exception {
        Signed signed = authority.sign(order(WITH_NAMES));

        assertEquals("", signed.refusal());
        assertEquals(
                List.of(
                        List.of(2, "a.example.org"),
                        List.of(1, "a@example.org"),
                        List.of(7, "192.0.2.1"),
                        List.of(6, "spiffe://example.org/a")),
                List.copyOf(Pem.certificate(signed.certificate()).getSubjectAlternativeNames()));
    }

    private static int fieldBytes(PublicKey key) {
        return ((ECPublicKey) key).getParams().getCurve().getField().getFieldSize() / 8;
    }

    private static Order order(String pem) {
        return new Order(
                pem,
                "kubernetes.io/kube-apiserver-client",
                List.of("client auth"),
                Duration.ofDays(1));
    }
}
