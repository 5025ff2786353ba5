package kat.apiserver.encryption;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import kat.base.Randomness;

/// AES with chained blocks: a random first block, then the sealed bytes. It does not notice that
/// a value was moved or changed, which is why Kubernetes advises against it.
///
/// **Source:** `apiserver/pkg/storage/value/encrypt/aes/aes.go`.
record AesCbc(String prefix, SecretKeySpec key) implements Provider {

    private static final int BLOCK = 16; // bytes

    @Override
    public byte[] seal(String place, byte[] plain, Randomness randomness)
            throws GeneralSecurityException {
        byte[] first = new byte[BLOCK];
        randomness.nextBytes(first);
        byte[] rest = cipher(Cipher.ENCRYPT_MODE, first).doFinal(plain);
        byte[] sealed = Arrays.copyOf(first, BLOCK + rest.length);
        System.arraycopy(rest, 0, sealed, BLOCK, rest.length);
        return sealed;
    }

    @Override
    public byte[] open(String place, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < 2 * BLOCK || sealed.length % BLOCK != 0) {
            throw new GeneralSecurityException("the stored data is not a multiple of block size");
        }
        return cipher(Cipher.DECRYPT_MODE, sealed).doFinal(sealed, BLOCK, sealed.length - BLOCK);
    }

    private Cipher cipher(int mode, byte[] first) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, key, new IvParameterSpec(first, 0, BLOCK));
        return cipher;
    }

    /// Never shows the key.
    @Override
    public String toString() {
        return prefix;
    }
}
