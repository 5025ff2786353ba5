package kat.apiserver.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.base.Randomness;
import kat.store.Seal;
import kat.store.SealException;
import org.jspecify.annotations.Nullable;

/// Seals objects by the rules of an `EncryptionConfiguration`, in the form in which Kubernetes
/// stores them in etcd.
///
/// **Threads:** any; the rules may change at any time ([#use]).
///
/// **Source:** `apiserver/pkg/storage/value/transformer.go`.
public final class Encryption implements Seal {

    private static final String ROOT = "/registry/";
    private static final byte[] SEALED = "k8s:enc:".getBytes(ISO_8859_1);

    private final Randomness randomness;
    private volatile Known known;

    /// Rules, and what they say of the resources seen so far, which are as many as there are kinds.
    private record Known(EncryptionRules rules, Map<String, List<Provider>> byResource) {

        Known(EncryptionRules rules) {
            this(rules, new ConcurrentHashMap<>());
        }

        List<Provider> of(String key) {
            String resource = resource(key);
            if (resource == null || rules.rules().isEmpty()) {
                return rules.of(null);
            }
            List<Provider> found = byResource.get(resource);
            if (found == null) {
                found = rules.of(resource);
                byResource.put(resource, found);
            }
            return found;
        }
    }

    /// @param randomness must be one that nobody can foresee
    public Encryption(EncryptionRules rules, Randomness randomness) {
        this.known = new Known(rules);
        this.randomness = randomness;
    }

    /// Seals by other rules from now on.
    public void use(EncryptionRules rules) {
        known = new Known(rules);
    }

    private static @Nullable String resource(String key) {
        int end = key.startsWith(ROOT) ? key.indexOf('/', ROOT.length()) : -1;
        return end < 0 ? null : key.substring(ROOT.length(), end);
    }

    static boolean isSealed(byte[] stored) {
        return startsWith(stored, SEALED);
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length
                && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public byte[] seal(String key, byte[] value) {
        Provider provider = known.of(key).getFirst();
        if (provider == Identity.PLAIN) {
            return value;
        }
        try {
            byte[] prefix = provider.prefix().getBytes(ISO_8859_1);
            byte[] sealed = provider.seal(key, value, randomness);
            byte[] whole = Arrays.copyOf(prefix, prefix.length + sealed.length);
            System.arraycopy(sealed, 0, whole, prefix.length, sealed.length);
            return whole;
        } catch (GeneralSecurityException e) {
            // The keys were tried when they were read.
            throw new IllegalStateException("cannot seal with " + provider, e);
        }
    }

    @Override
    public byte[] open(String key, byte[] stored) throws SealException {
        String fault = "";
        for (Provider provider : known.of(key)) {
            byte[] prefix = provider.prefix().getBytes(ISO_8859_1);
            if (startsWith(stored, prefix)) {
                try {
                    byte[] sealed = Arrays.copyOfRange(stored, prefix.length, stored.length);
                    return provider.open(key, sealed);
                } catch (GeneralSecurityException e) {
                    fault = String.valueOf(e.getMessage());
                }
            }
        }
        throw new SealException(fault.isEmpty() ? "no matching prefix found" : fault);
    }

    @Override
    public boolean isOutdated(String key, byte[] stored) {
        Provider provider = known.of(key).getFirst();
        return provider == Identity.PLAIN
                ? isSealed(stored)
                : !startsWith(stored, provider.prefix().getBytes(ISO_8859_1));
    }
}
