package kat.ingress.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Passwords hashed a thousand times with MD5, as crypt(3) (`$1$`) and Apache (`$apr1$`) do.
final class Md5Crypt {

    private static final String DIGITS =
            "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ROUNDS = 1000;
    private static final int MOST_SALT = 8;
    private static final int[][] ORDER = {
        {0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}
    };

    private Md5Crypt() {}

    static boolean matches(byte[] password, String hash) {
        int magicEnd = hash.indexOf('$', 1) + 1;
        int saltEnd = hash.indexOf('$', magicEnd);
        if (saltEnd < 0) {
            return false;
        }
        String magic = hash.substring(0, magicEnd);
        String salt = hash.substring(magicEnd, Math.min(saltEnd, magicEnd + MOST_SALT));
        byte[] result = digest(password, magic.getBytes(UTF_8), salt.getBytes(UTF_8));
        return Users.same(encode(result), hash.substring(saltEnd + 1));
    }

    private static byte[] digest(byte[] password, byte[] magic, byte[] salt) {
        MessageDigest md5 = md5();
        md5.update(password);
        md5.update(salt);
        md5.update(password);
        byte[] mixed = md5.digest();
        md5.update(password);
        md5.update(magic);
        md5.update(salt);
        for (int left = password.length; left > 0; left -= mixed.length) {
            md5.update(mixed, 0, Math.min(left, mixed.length));
        }
        for (int bits = password.length; bits > 0; bits >>= 1) {
            if ((bits & 1) == 1) {
                md5.update((byte) 0);
            } else {
                md5.update(password, 0, 1);
            }
        }
        byte[] last = md5.digest();
        for (int round = 0; round < ROUNDS; round++) {
            boolean odd = round % 2 == 1;
            md5.update(odd ? password : last);
            if (round % 3 != 0) {
                md5.update(salt);
            }
            if (round % 7 != 0) {
                md5.update(password);
            }
            md5.update(odd ? last : password);
            last = md5.digest();
        }
        return last;
    }

    private static String encode(byte[] digest) {
        StringBuilder text = new StringBuilder();
        for (int[] order : ORDER) {
            int value =
                    (digest[order[0]] & 0xff) << 16
                            | (digest[order[1]] & 0xff) << 8
                            | (digest[order[2]] & 0xff);
            append(text, value, 4);
        }
        append(text, digest[11] & 0xff, 2);
        return text.toString();
    }

    private static void append(StringBuilder text, int value, int digits) {
        int left = value;
        for (int i = 0; i < digits; i++) {
            text.append(DIGITS.charAt(left & 0x3f));
            left >>= 6;
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no MD5", e);
        }
    }
}
