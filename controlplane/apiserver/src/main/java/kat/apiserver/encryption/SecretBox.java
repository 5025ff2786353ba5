package kat.apiserver.encryption;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import kat.base.Randomness;

/// XSalsa20 with Poly1305, as NaCl's `secretbox`: a random nonce, then the tag and the sealed
/// bytes. The place is not sealed with the value, unlike with [AesGcm].
///
/// **Source:** `apiserver/pkg/storage/value/encrypt/secretbox/secretbox.go`.
final class SecretBox implements Provider {

    /// The only length of a key, in bytes.
    static final int KEY = 32;

    private static final int NONCE = 24; // bytes
    private static final int TAG = Poly1305.TAG;

    private final String prefix;
    private final byte[] key;

    SecretBox(String prefix, byte[] key) {
        this.prefix = prefix;
        this.key = key.clone();
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public byte[] seal(String place, byte[] plain, Randomness randomness) {
        byte[] nonce = new byte[NONCE];
        randomness.nextBytes(nonce);
        byte[] stream = stream(nonce, plain);
        byte[] sealed = Arrays.copyOf(nonce, NONCE + TAG + plain.length);
        System.arraycopy(stream, Poly1305.KEY, sealed, NONCE + TAG, plain.length);
        byte[] tag = Poly1305.tag(stream, sealed, NONCE + TAG, plain.length);
        System.arraycopy(tag, 0, sealed, NONCE, TAG);
        return sealed;
    }

    @Override
    public byte[] open(String place, byte[] sealed) throws GeneralSecurityException {
        int length = sealed.length - NONCE - TAG;
        if (length < 0) {
            throw new GeneralSecurityException(
                    "the stored data was shorter than the required size");
        }
        byte[] box = Arrays.copyOfRange(sealed, NONCE + TAG, sealed.length);
        byte[] stream = stream(sealed, box);
        byte[] tag = Poly1305.tag(stream, box, 0, length);
        if (!MessageDigest.isEqual(tag, Arrays.copyOfRange(sealed, NONCE, NONCE + TAG))) {
            throw new GeneralSecurityException("the stored data was not sealed with this key");
        }
        return Arrays.copyOfRange(stream, Poly1305.KEY, stream.length);
    }

    /// The key of the tag, then `data` mixed with what follows that key in the stream.
    private byte[] stream(byte[] nonce, byte[] data) {
        byte[] mixed = new byte[Poly1305.KEY + data.length];
        System.arraycopy(data, 0, mixed, Poly1305.KEY, data.length);
        Salsa20.extended(key, nonce).mix(mixed);
        return mixed;
    }

    /// Never shows the key.
    @Override
    public String toString() {
        return prefix;
    }
}
