package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import kat.api.KubeObject;
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

    private static final String FORGED = "go-jose/go-jose: error in cryptographic primitive";

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

    /// The token that a Secret holds for an account; it has no end of its own.
    public String secretToken(KubeObject account, KubeObject secret) {
        return sign(SecretTokens.claims(account, secret));
    }

    /// What a token says of itself, whoever signed it; null when it is none.
    public static @Nullable JsonObject unverified(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            byte[] body = Base64.getUrlDecoder().decode(parts[1]);
            return Json.parse(body) instanceof JsonObject claims ? claims : null;
        } catch (IllegalArgumentException | JsonException noToken) {
            return null;
        }
    }

    /// Why a token of three parts is not one that this key signed; empty when it is.
    String fault(String token) {
        int last = token.lastIndexOf('.');
        if (!token.substring(0, token.indexOf('.')).equals(header)) {
            return "invalid signature, no keys found";
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key.getPublic());
            signature.update(token.substring(0, last).getBytes(US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(token.substring(last + 1)))
                    ? ""
                    : FORGED;
        } catch (GeneralSecurityException | IllegalArgumentException noSignature) {
            return FORGED;
        }
    }
}
