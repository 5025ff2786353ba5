package kat.apiserver.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import kat.apiserver.config.ConfigFile;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionReloadTest {

    private static final String RULES =
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
            - resources: [secrets]
              providers:
              - aesgcm: {keys: [{name: %s, secret: MDEyMzQ1Njc4OWFiY2RlZg==}]}
            """;

    @Test
    void takesOtherRulesWithinAMinuteAndKeepsThoseThatHoldWhenTheyCannotBeRead(@TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(folder.resolve("keys.yaml"), RULES.formatted("one"));
        EncryptionRules rules = ConfigFile.read(file, EncryptionFile::parse);
        Encryption encryption = new Encryption(rules, Randomness.seeded(1));
        AtomicInteger changes = new AtomicInteger();
        FakeTicker ticker = new FakeTicker(Instant.EPOCH);
        try (EncryptionReload reload =
                new EncryptionReload(file, rules, encryption, changes::incrementAndGet, ticker)) {
            reload.start();
            ticker.advance(Duration.ofMinutes(1));
            assertEquals(0, changes.get());

            Files.writeString(file, RULES.formatted("two"));
            ticker.advance(Duration.ofMinutes(1));

            assertEquals(1, changes.get());
            Files.writeString(file, "nonsense");
            ticker.advance(Duration.ofMinutes(1));
            byte[] sealed = encryption.seal("/registry/secrets/a/b", new byte[] {'{', '}'});
            assertTrue(new String(sealed, ISO_8859_1).startsWith("k8s:enc:aesgcm:v1:two:"));
        }
    }
}
