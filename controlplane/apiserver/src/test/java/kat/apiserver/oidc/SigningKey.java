package kat.apiserver.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// A key with which a test's issuer signs tokens.
public record SigningKey(String id, String algorithm, KeyPair key) {

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    public static SigningKey make(String id, String algorithm) {
        try {
            boolean isCurve = algorithm.startsWith("ES");
            KeyPairGenerator generator = KeyPairGenerator.getInstance(isCurve ? "EC" : "RSA");
            if (isCurve) {
                String curve = algorithm.equals("ES512") ? "521" : algorithm.substring(2);
                generator.initialize(new ECGenParameterSpec("secp" + curve + "r1"));
            } else {
                generator.initialize(2048);
            }
            return new SigningKey(id, algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// As a document of keys with just this one.
    public String document() {
        JsonObject.Builder json = JsonObject.builder().put("kid", id).put("use", "sig");
        switch (key.getPublic()) {
            case RSAPublicKey rsa ->
                    json.put("kty", "RSA")
                            .put("n", number(rsa.getModulus()))
                            .put("e", number(rsa.getPublicExponent()));
            case ECPublicKey curve ->
                    json.put("kty", "EC")
                            .put("crv", curveName())
                            .put("x", number(curve.getW().getAffineX()))
                            .put("y", number(curve.getW().getAffineY()));
            default -> throw new IllegalStateException("no such key");
        }
        return JsonObject.of("keys", JsonArray.of(json.build())).toString();
    }

    private String curveName() {
        return algorithm.equals("ES512") ? "P-521" : "P-" + algorithm.substring(2);
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        boolean isPadded = bytes.length > 1 && bytes[0] == 0;
        return TEXT.encodeToString(isPadded ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    /// A token with these claims.
    public String sign(JsonObject claims) {
        JsonObject header = JsonObject.of("alg", Json.of(algorithm), "kid", Json.of(id));
        String signed =
                TEXT.encodeToString(header.toBytes()) + "." + TEXT.encodeToString(claims.toBytes());
        try {
            Signature signature = signature();
            signature.initSign(key.getPrivate());
            signature.update(signed.getBytes(US_ASCII));
            return signed + "." + TEXT.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Signature signature() throws GeneralSecurityException {
        String bits = algorithm.substring(2);
        if (algorithm.startsWith("PS")) {
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(
                    new PSSParameterSpec(
                            "SHA-" + bits,
                            "MGF1",
                            new MGF1ParameterSpec("SHA-" + bits),
                            Integer.parseInt(bits) / 8,
                            1));
            return signature;
        }
        String kind = algorithm.startsWith("RS") ? "withRSA" : "withECDSAinP1363Format";
        return Signature.getInstance("SHA" + bits + kind);
    }
}
