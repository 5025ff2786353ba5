package kat.apiserver.encryption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import kat.base.Randomness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Go's `golang.org/x/crypto/nacl/secretbox` made of the same keys, nonces and messages.
class SecretBoxTest {

    private static final int NONCE = 24;
    private static final String SEALED =
            "c1fe2cf427820040b05f4d5249ae4de0b3ffbf2629d3a350fce7f1890820bc22"
                    + "be2cbcde763590273c1c0a1e36e94fd844484a4478ce56e3bfb4e5ac972c89f3"
                    + "5dfa3131b3d1a6feeae673f910330c6462c4f271ca0dd57ff7b70ccda28f8a8e2f9cc22c";

    private static byte[] key() {
        byte[] key = new byte[SecretBox.KEY];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (7 * i + 1);
        }
        return key;
    }

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i++) {
            message[i] = (byte) (i * i + 3);
        }
        return message;
    }

    private static byte[] sealed(String tag, byte[] box) {
        byte[] sealed = new byte[NONCE + 16 + box.length];
        for (int i = 0; i < NONCE; i++) {
            sealed[i] = (byte) (200 - i);
        }
        System.arraycopy(HexFormat.of().parseHex(tag), 0, sealed, NONCE, 16);
        System.arraycopy(box, 0, sealed, NONCE + 16, box.length);
        return sealed;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 6081c2530ada9d30cff9b94c25ae1831",
        "1, 628627af41d03803d2aaca65732aa672",
        "15, bc94e5e890bd0edb19b06f0f6a3a1a9f",
        "16, 98995fcc20712848dc6591fdc405c873",
        "32, f03d94a833fd52fc9fd14bebeae78b10",
        "33, d667a001650cb954187ee250574ff386",
        "63, 8499e36aca6cc7cc9c88ae37a6af1504",
        "64, 9a138b611002e07e12d12254b8daf0e4",
        "100, 066070edeaaee6e80036a56672adab86"
    })
    void opensWhatGoSealed(int length, String tag) throws Exception {
        byte[] box = Arrays.copyOf(HexFormat.of().parseHex(SEALED), length);

        byte[] opened = new SecretBox("p:", key()).open("/place", sealed(tag, box));

        assertArrayEquals(message(length), opened);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 1000, 100_000})
    void opensWhatItSealed(int length) throws Exception {
        SecretBox box = new SecretBox("p:", key());
        byte[] sealed = box.seal("/place", message(length), Randomness.seeded(length));

        assertEquals(NONCE + 16 + length, sealed.length);
        assertArrayEquals(message(length), box.open("/place", sealed));
    }

    @Test
    void refusesWhatWasChangedOrSealedWithAnotherKey() {
        SecretBox box = new SecretBox("p:", key());
        byte[] sealed = box.seal("/place", message(40), Randomness.seeded(1));
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThrows(GeneralSecurityException.class, () -> box.open("/place", changed));
        }
        SecretBox other = new SecretBox("p:", new byte[SecretBox.KEY]);
        assertThrows(GeneralSecurityException.class, () -> other.open("/place", sealed));
        assertThrows(GeneralSecurityException.class, () -> box.open("/place", new byte[39]));
        assertEquals("p:", box.toString());
    }
}
