package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedTrustTest {

    private static final Instant NOW = Instant.parse("2026-11-21T16:00:00Z");
    private static final String CA = "client-ca-file";

    @TempDir Path folder;
    private Pki one;
    private Pki two;

    @BeforeEach
    void make() throws Exception {
        FakeTicker ticker = new FakeTicker(NOW);
        one = new Pki(folder.resolve("one"), ticker, Randomness.seeded(1));
        two = new Pki(folder.resolve("two"), ticker, Randomness.seeded(2));
    }

    private static String pem(Pki pki) {
        return Pem.write(pki.authority().certificate());
    }

    private static JsonObject published(Pki pki) {
        return JsonObject.of(CA, Json.of(pem(pki)));
    }

    @Test
    void keepsWhomOtherServersWantTrustedAndSaysNothingTwice() throws Exception {
        JsonObject both = PublishedTrust.merged(published(one), Map.of(CA, pem(two)), NOW);

        assertEquals(pem(one) + pem(two), both.string(CA));
        assertEquals(both, PublishedTrust.merged(both, Map.of(CA, pem(one)), NOW));
    }

    @Test
    void dropsWhatIsOverAndWhatCannotBeRead() throws Exception {
        Instant end = one.authority().certificate().getNotAfter().toInstant();
        JsonObject stored = published(one);

        JsonObject soon = PublishedTrust.merged(stored, Map.of(), end.plus(Duration.ofMinutes(4)));
        assertEquals(stored, soon);
        assertEquals(
                "",
                PublishedTrust.merged(stored, Map.of(CA, pem(one)), end.plus(Duration.ofMinutes(6)))
                        .string(CA));
        JsonObject broken = JsonObject.of(CA, Json.of("nonsense"));
        assertEquals(published(two), PublishedTrust.merged(broken, Map.of(CA, pem(two)), NOW));
    }

    @Test
    void bringsListsTogetherAndLeavesWhatOthersPut() throws Exception {
        JsonObject stored =
                JsonObject.of(
                        "requestheader-allowed-names",
                        Json.of("[\"a\",\"b\"]"),
                        "other",
                        Json.of("x"));

        assertEquals(
                JsonObject.of(
                        "requestheader-allowed-names",
                        Json.of("[\"a\",\"b\",\"c\"]"),
                        "other",
                        Json.of("x")),
                PublishedTrust.merged(
                        stored, Map.of("requestheader-allowed-names", "[\"b\",\"c\"]"), NOW));
    }
}
