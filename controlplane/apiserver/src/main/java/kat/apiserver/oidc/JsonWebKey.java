package kat.apiserver.oidc;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A public key of an issuer.
///
/// @param id empty when it has none
/// @param curve of an elliptic key; empty for RSA
///
/// **Source:** RFC 7517 and 7518.
record JsonWebKey(String id, String curve, PublicKey key) {

    /// What may be configured.
    static final List<String> ALGORITHMS =
            List.of(
                    "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384",
                    "RS512");

    /// Keys of other sorts, or for other uses, are passed over.
    static List<JsonWebKey> parse(JsonObject set) {
        List<JsonWebKey> keys = new ArrayList<>();
        for (JsonObject each : set.array("keys").objects()) {
            JsonWebKey key = each.string("use", "sig").equals("sig") ? one(each) : null;
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static @Nullable JsonWebKey one(JsonObject key) {
        try {
            return switch (key.string("kty")) {
                case "RSA" -> rsa(key);
                case "EC" -> elliptic(key);
                default -> null;
            };
        } catch (GeneralSecurityException | IllegalArgumentException noKey) {
            return null;
        }
    }

    private static BigInteger number(JsonObject key, String member) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.string(member)));
    }

    private static JsonWebKey rsa(JsonObject key) throws GeneralSecurityException {
        RSAPublicKeySpec spec = new RSAPublicKeySpec(number(key, "n"), number(key, "e"));
        PublicKey made = KeyFactory.getInstance("RSA").generatePublic(spec);
        return new JsonWebKey(key.string("kid"), "", made);
    }

    private static JsonWebKey elliptic(JsonObject key) throws GeneralSecurityException {
        String curve = key.string("crv");
        String name =
                switch (curve) {
                    case "P-256" -> "secp256r1";
                    case "P-384" -> "secp384r1";
                    case "P-521" -> "secp521r1";
                    default -> throw new GeneralSecurityException("unknown curve");
                };
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECPoint point = new ECPoint(number(key, "x"), number(key, "y"));
        ECPublicKeySpec spec =
                new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class));
        PublicKey made = KeyFactory.getInstance("EC").generatePublic(spec);
        return new JsonWebKey(key.string("kid"), curve, made);
    }

    /// Whether this key signed it.
    boolean verifies(String algorithm, byte[] signed, byte[] signature) {
        boolean fits =
                switch (algorithm) {
                    case "ES256" -> curve.equals("P-256");
                    case "ES384" -> curve.equals("P-384");
                    case "ES512" -> curve.equals("P-521");
                    default -> curve.isEmpty();
                };
        if (!fits) {
            return false;
        }
        try {
            Signature check = signature(algorithm);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException notSigned) {
            return false;
        }
    }

    private static Signature signature(String algorithm) throws GeneralSecurityException {
        int bits = Integer.parseInt(algorithm.substring(2));
        if (algorithm.startsWith("PS")) {
            Signature signature = Signature.getInstance("RSASSA-PSS");
            String hash = "SHA-" + bits;
            signature.setParameter(
                    new PSSParameterSpec(
                            hash, "MGF1", new MGF1ParameterSpec(hash), bits / Byte.SIZE, 1));
            return signature;
        }
        return Signature.getInstance(
                "SHA" + bits + (algorithm.startsWith("RS") ? "withRSA" : "withECDSAinP1363Format"));
    }
}
