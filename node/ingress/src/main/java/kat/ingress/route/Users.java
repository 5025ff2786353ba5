package kat.ingress.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Users and their hashed passwords, as `htpasswd` writes them. Checking one may take a tenth of a
/// second, so answers are kept.
///
/// **Threads:** any.
///
/// **Source:** Apache, "Password Formats".
public final class Users {

    /// What is known about a password.
    public enum Known {
        RIGHT,
        WRONG,
        UNKNOWN
    }

    /// Guesses fill the memory no further than this.
    private static final int MOST_KEPT = 1024;

    private static final String SHA = "{SHA}";

    private final Map<String, String> hashes;
    private final Map<String, Boolean> kept = new ConcurrentHashMap<>(); // by digest of both

    private Users(Map<String, String> hashes) {
        this.hashes = Map.copyOf(hashes);
    }

    /// Reads lines of `name:hash`; others are left out.
    static Users parse(String lines) {
        Map<String, String> hashes = new TreeMap<>();
        lines.lines()
                .map(String::strip)
                .filter(line -> line.indexOf(':') > 0 && !line.startsWith("#"))
                .forEach(
                        line -> {
                            int colon = line.indexOf(':');
                            hashes.putIfAbsent(line.substring(0, colon), line.substring(colon + 1));
                        });
        return new Users(hashes);
    }

    static Users of(Map<String, String> hashes) {
        return new Users(hashes);
    }

    /// What is known without work.
    public Known known(String name, String password) {
        if (!hashes.containsKey(name)) {
            return Known.WRONG;
        }
        Boolean right = kept.get(digest(name, password));
        if (right == null) {
            return Known.UNKNOWN;
        }
        return right ? Known.RIGHT : Known.WRONG;
    }

    /// Checks a password; may take a tenth of a second.
    public boolean check(String name, String password) {
        String hash = hashes.get(name);
        boolean right = hash != null && isOf(hash, password);
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        kept.put(digest(name, password), right);
        return right;
    }

    private static boolean isOf(String hash, String password) {
        byte[] secret = password.getBytes(UTF_8);
        if (hash.startsWith("$2")) {
            return Bcrypt.matches(secret, hash);
        }
        if (hash.startsWith("$apr1$") || hash.startsWith("$1$")) {
            return Md5Crypt.matches(secret, hash);
        }
        if (hash.startsWith(SHA)) {
            return same(
                    Base64.getEncoder().encodeToString(hash("SHA-1", secret)),
                    hash.substring(SHA.length()));
        }
        return false;
    }

    /// Compares without telling by its time how much was equal.
    static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(UTF_8), b.getBytes(UTF_8));
    }

    private static String digest(String name, String password) {
        byte[] both = hash("SHA-256", (name + ":" + password).getBytes(UTF_8));
        return Base64.getEncoder().encodeToString(both);
    }

    private static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no " + algorithm, e);
        }
    }
}
