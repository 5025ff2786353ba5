package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.controllers.certificate.SigningAuthority.Order;
import kat.controllers.certificate.SigningAuthority.Signed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
