package kat.apiserver.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.config.ConfigFileException;
import kat.base.Randomness;
import kat.store.SealException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionFileTest {

    private static final String A = secret("0123456789abcdef0123456789abcdef");
    private static final String B = secret("fedcba9876543210");
    private static final String PLACE = "/registry/secrets/default/s";
    private static final byte[] VALUE = "{\"data\":{}}".getBytes(UTF_8);

    private static String secret(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static Encryption of(String resources, String providers) {
        String yaml =
                "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n"
                        + "resources: [{resources: ["
                        + resources
                        + "], providers: ["
                        + providers
                        + "]}]";
        return new Encryption(
                EncryptionFile.parse((JsonObject) Yaml.parse(yaml)), Randomness.seeded(1));
    }

    private static String provider(String sort, String... namesAndSecrets) {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < namesAndSecrets.length; i += 2) {
            keys.append(i == 0 ? "" : ", ")
                    .append("{name: " + namesAndSecrets[i])
                    .append(", secret: " + namesAndSecrets[i + 1] + "}");
        }
        return "{" + sort + ": {keys: [" + keys + "]}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"aesgcm", "aescbc"})
    void sealsAsKubernetesDoesAndOpensAgain(String sort) throws Exception {
        Encryption encryption = of("secrets", provider(sort, "one", A));

        byte[] sealed = encryption.seal(PLACE, VALUE);

        assertTrue(new String(sealed, ISO_8859_1).startsWith("k8s:enc:" + sort + ":v1:one:"));
        assertFalse(new String(sealed, ISO_8859_1).contains("data"));
        assertArrayEquals(VALUE, encryption.open(PLACE, sealed));
        assertFalse(encryption.isOutdated(PLACE, sealed));
        assertTrue(encryption.isOutdated(PLACE, VALUE));
    }

    /// Sealed by a kube-apiserver 1.36.3 with key `key1`, read from its etcd.
    @Test
    void opensWhatKubernetesSealed() throws Exception {
        Encryption encryption =
                of(
                        "secrets",
                        provider("aesgcm", "key1", secret("0123456789abcdef0123456789abcdef")));
        byte[] sealed = Base64.getDecoder().decode(OF_KUBERNETES);

        byte[] opened = encryption.open("/registry/secrets/default/s1", sealed);

        assertTrue(new String(opened, ISO_8859_1).startsWith("k8s\0"));
        assertTrue(new String(opened, ISO_8859_1).contains("topsecret"));
    }

    private static final String OF_KUBERNETES =
            "azhzOmVuYzphZXNnY206djE6a2V5MTrN2ph1LGtAXTBrpahUB4dteoc8sNkoRQ/PQoRQ4XZ8n/Azb1kH"
                    + "k7HK1R3oUGjMjLtnbAIOkupUqzAelgavTm8hJQ1hOWoSTlNlFZElnBS3f8PnK8OQqoJOw4dNcbz2egM2"
                    + "or4Bf///6zm5it5hGPvdF29iCRGlJQDhsXIKr3M+JmTOxT8IiIrVgHX3hfq54+tbSzNn7CKZEQTPeu3V"
                    + "N/CEyAo3YVEoKU/fkqqSs8D35j+7kKTeIVRlg/MO4NEJZd1cSXHCcdvWRMFDlRFN611wc+b6MVOnU1f8"
                    + "qP5HObdw1HerEslfxE4tFITMYw==";

    @Test
    void theFirstKeyWritesAndAllRead() throws Exception {
        byte[] old = of("secrets", provider("aesgcm", "a", A)).seal(PLACE, VALUE);
        Encryption rotated = of("secrets", provider("aesgcm", "b", B, "a", A));

        assertArrayEquals(VALUE, rotated.open(PLACE, old));
        assertTrue(rotated.isOutdated(PLACE, old));
        assertTrue(
                new String(rotated.seal(PLACE, VALUE), ISO_8859_1)
                        .startsWith("k8s:enc:aesgcm:v1:b:"));
    }

    @Test
    void aMovedValueAMissingKeyAndAWrongOneAreTold() {
        Encryption encryption = of("secrets", provider("aesgcm", "a", A));
        byte[] sealed = encryption.seal(PLACE, VALUE);

        assertThrows(SealException.class, () -> encryption.open(PLACE + "2", sealed));
        assertEquals(
                "no matching prefix found",
                assertThrows(
                                SealException.class,
                                () -> of("secrets", provider("aesgcm", "b", B)).open(PLACE, sealed))
                        .getMessage());
        assertEquals(
                "no matching prefix found",
                assertThrows(SealException.class, () -> encryption.open(PLACE, VALUE))
                        .getMessage());
        assertThrows(
                SealException.class,
                () -> of("secrets", provider("aesgcm", "a", B)).open(PLACE, sealed));
        assertEquals(
                "identity transformer tried to read encrypted data",
                assertThrows(
                                SealException.class,
                                () ->
                                        new Encryption(EncryptionRules.NONE, Randomness.seeded(1))
                                                .open(PLACE, sealed))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "secrets, /registry/secrets/a/b, true",
        "secrets, /registry/configmaps/a/b, false",
        "'*.', /registry/configmaps/a/b, true",
        "'*.', /registry/deployments.apps/a/b, false",
        "'*.apps', /registry/deployments.apps/a/b, true",
        "deployments.apps, /registry/deployments.apps/a/b, true",
        "'*.*', /registry/things.example.com/a, true",
        "things.example.com, /registry/things.example.com/a, true",
        "'*.*', /other/things, false",
    })
    void resourcesAreNamedAsInKubernetes(String resource, String key, boolean isSealed) {
        Encryption encryption = of("'" + resource + "'", provider("aesgcm", "a", A));

        assertEquals(isSealed, Encryption.isSealed(encryption.seal(key, VALUE)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Secrets | {identity: {}} | resources[0].resources[0]: Invalid value: \"Secrets\":"
                        + " resource name should not contain capital letters",
                "secrets | {aesgcm: {keys: []}} | resources[0].providers[0].aesgcm.keys: Required"
                        + " value: at least one keys is required",
                "secrets | {aesgcm: {keys: [{name: a}]}} |"
                        + " resources[0].providers[0].aesgcm.keys[0].secret: Required value: secret"
                        + " is a mandatory field for a key",
                "secrets | {aesgcm: {keys: [{name: a, secret: '%'}]}} |"
                        + " resources[0].providers[0].aesgcm.keys[0].secret: Invalid value:"
                        + " \"REDACTED\": secrets must be base64 encoded",
                "secrets | {aesgcm: {keys: [{name: a, secret: YWJj}]}} |"
                        + " resources[0].providers[0].aesgcm.keys[0].secret: Invalid value:"
                        + " \"REDACTED\": secret is not of the expected length, got 3, expected one"
                        + " of [16 24 32]",
                "secrets | {kms: {name: a}} | resources[0].providers[0].kms: this provider is not"
                        + " supported here; use aesgcm or secretbox",
                "secrets | {secretbox: {keys: [{name: a, secret: YWJj}]}} |"
                        + " resources[0].providers[0].secretbox.keys[0].secret: Invalid value:"
                        + " \"REDACTED\": secret is not of the expected length, got 3, expected one"
                        + " of [32]",
                "secrets, '*.' | {identity: {}} | resources[0].resources: Invalid value: \"secrets,"
                        + " *.\": using overlapping resources such as 'secrets' and '*.' in the"
                        + " same resource list is not allowed as they will be masked",
            })
    void refusesWhatCannotBe(String resources, String providers, String message) {
        var refused = assertThrows(ConfigFileException.class, () -> of(resources, providers));

        assertEquals(message, refused.getMessage());
    }
}
