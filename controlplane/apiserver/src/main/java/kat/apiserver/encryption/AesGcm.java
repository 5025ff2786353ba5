package kat.apiserver.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import kat.base.Randomness;

/// AES in Galois counter mode: a random nonce, then the sealed bytes and their tag. The place is
/// sealed with the value, so a value that was moved cannot be opened.
///
/// **Source:** `apiserver/pkg/storage/value/encrypt/aes/aes.go`.
record AesGcm(String prefix, SecretKeySpec key) implements Provider {

    private static final int NONCE = 12; // bytes
    private static final int TAG_BITS = 128;

    @Override
    public byte[] seal(String place, byte[] plain, Randomness randomness)
            throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE];
        randomness.nextBytes(nonce);
        Cipher cipher = cipher(Cipher.ENCRYPT_MODE, place, nonce, 0);
        byte[] sealed = Arrays.copyOf(nonce, NONCE + cipher.getOutputSize(plain.length));
        int unused = cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
        return sealed;
    }

    @Override
    public byte[] open(String place, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < NONCE) {
            throw new GeneralSecurityException("the stored data was shorter than the nonce");
        }
        return cipher(Cipher.DECRYPT_MODE, place, sealed, 0)
                .doFinal(sealed, NONCE, sealed.length - NONCE);
    }

    private Cipher cipher(int mode, String place, byte[] nonce, int at)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, at, NONCE));
        cipher.updateAAD(place.getBytes(UTF_8));
        return cipher;
    }

    /// Never shows the key.
    @Override
    public String toString() {
        return prefix;
    }
}
