package kat.apiserver.pki;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.List;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {

    @TempDir Path folder;

    @Test
    void aNamedKeyIsThePlainOnesWithCurveAndPoint() throws Exception {
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        Identity identity = pki.client("someone", "someone", List.of());

        String text = Pem.writeNamed(identity);

        assertTrue(text.startsWith("-----BEGIN EC PRIVATE KEY-----\n"));
        byte[] der = body(text);
        byte[] algorithm =
                Der.sequence(Der.oid("1.2.840.10045.2.1"), Der.oid("1.2.840.10045.3.1.7"));
        byte[] wrapped =
                Der.sequence(Der.integer(java.math.BigInteger.ZERO), algorithm, Der.octets(der));
        assertEquals(
                ((ECPrivateKey) identity.key()).getS(),
                ((ECPrivateKey) Pem.privateKey(Pem.write("PRIVATE KEY", wrapped))).getS());
        byte[] open = identity.certificate().getPublicKey().getEncoded();
        int point = 65;
        assertArrayEquals(
                java.util.Arrays.copyOfRange(open, open.length - point, open.length),
                java.util.Arrays.copyOfRange(der, der.length - point, der.length));
    }

    private static byte[] body(String pem) {
        String inner = pem.replaceAll("-----[A-Z ]+-----", "");
        return Base64.getMimeDecoder().decode(inner.getBytes(US_ASCII));
    }
}
