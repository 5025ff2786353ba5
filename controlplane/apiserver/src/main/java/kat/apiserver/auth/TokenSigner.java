package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// JSON web tokens signed with ECDSA on P-256 (`ES256`).
///
/// **Threads:** any.
///
/// **Source:** RFC 7515, RFC 7518 §3.4.
public final class TokenSigner {

    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair key;
    private final String header;

    public TokenSigner(KeyPair key) {
        this.key = key;
        this.header =
                text(
                        JsonObject.of(
                                        "alg",
                                        Json.of("ES256"),
                                        "kid",
                                        Json.of(keyId(key.getPublic())))
                                .toBytes());
    }

    static String keyId(PublicKey key) {
        try {
            return text(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }

    private static String text(byte[] bytes) {
        return TO_TEXT.encodeToString(bytes);
    }

    String sign(JsonObject claims) {
        String signed = header + "." + text(claims.toBytes());
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key.getPrivate());
            signature.update(signed.getBytes(US_ASCII));
            return signed + "." + text(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    /// The claims of a token of ours; null when it is not one.
    @Nullable JsonObject verify(String token) {
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (first < 0 || last == first || !token.substring(0, first).equals(header)) {
            return null;
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key.getPublic());
            signature.update(token.substring(0, last).getBytes(US_ASCII));
            byte[] claimed = Base64.getUrlDecoder().decode(token.substring(last + 1));
            if (!signature.verify(claimed)) {
                return null;
            }
            byte[] body = Base64.getUrlDecoder().decode(token.substring(first + 1, last));
            return Json.parse(body) instanceof JsonObject claims ? claims : null;
        } catch (GeneralSecurityException | IllegalArgumentException | JsonException notOurs) {
            return null;
        }
    }
}
