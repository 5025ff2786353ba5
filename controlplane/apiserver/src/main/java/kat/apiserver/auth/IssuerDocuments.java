package kat.apiserver.auth;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What lets others check tokens of service accounts: the issuer's description and its public keys.
///
/// **Threads:** any.
///
/// **Source:** OpenID Connect Discovery 1.0; RFC 7517; `pkg/serviceaccount/openidmetadata.go`.
public final class IssuerDocuments {

    public static final String CONFIGURATION_PATH = "/.well-known/openid-configuration";
    public static final String KEYS_PATH = "/openid/v1/jwks";

    private static final String ALGORITHM = "ES256";
    private static final int COORDINATE_BYTES = 32;

    private IssuerDocuments() {}

    /// @param server the address of this server, without a path
    public static JsonObject configuration(String issuer, String server) {
        return JsonObject.builder()
                .put("issuer", issuer)
                .put("jwks_uri", server + KEYS_PATH)
                .put("response_types_supported", JsonArray.ofStrings(List.of("id_token")))
                .put("subject_types_supported", JsonArray.ofStrings(List.of("public")))
                .put(
                        "id_token_signing_alg_values_supported",
                        JsonArray.ofStrings(List.of(ALGORITHM)))
                .build();
    }

    /// @param key on the curve P-256
    public static JsonObject keys(PublicKey key) {
        ECPublicKey point = (ECPublicKey) key;
        JsonObject each =
                JsonObject.builder()
                        .put("use", "sig")
                        .put("kty", "EC")
                        .put("kid", TokenSigner.keyId(key))
                        .put("crv", "P-256")
                        .put("alg", ALGORITHM)
                        .put("x", coordinate(point.getW().getAffineX()))
                        .put("y", coordinate(point.getW().getAffineY()))
                        .build();
        Json[] all = {each};
        return JsonObject.of("keys", JsonArray.of(all));
    }

    private static String coordinate(BigInteger number) {
        byte[] plain = number.toByteArray();
        byte[] fixed = new byte[COORDINATE_BYTES];
        int length = Math.min(plain.length, COORDINATE_BYTES);
        System.arraycopy(plain, plain.length - length, fixed, COORDINATE_BYTES - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
    }
}
