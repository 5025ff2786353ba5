package kat.kubelet.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyringTest {

    private static String base64(String text) {
        return Base64.getEncoder()
                .encodeToString(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static KubeObject secret(String type, String member, String content) {
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Secret")
                        .put("metadata", JsonObject.of("name", Json.of("pull")))
                        .put("type", type)
                        .put("data", JsonObject.of(member, Json.of(base64(content))))
                        .build());
    }

    private static KubeObject config(String auths) {
        return secret(
                "kubernetes.io/dockerconfigjson", ".dockerconfigjson", "{'auths':{" + auths + "}}");
    }

    private static String entry(String place, String user) {
        return "'" + place + "':{'username':'" + user + "','password':'p'}";
    }

    private static List<String> users(Keyring keyring, String image) {
        return keyring.find(image).stream().map(each -> each.auth().username()).toList();
    }

    @ParameterizedTest(name = "{0} opens {1}: {2}")
    @CsvSource({
        "registry.example, registry.example/team/app:1, true",
        "registry.example, registry.example/app@sha256:00, true",
        "https://registry.example, registry.example/app, true",
        "http://registry.example/v2/, registry.example/app, true",
        "registry.example/team, registry.example/team/app, true",
        "registry.example/team, registry.example/other/app, false",
        "registry.example:5000, registry.example:5000/app:1, true",
        "registry.example:5000, registry.example/app, false",
        "registry.example, registry.example:5000/app, false",
        "*.registry.example, eu.registry.example/app, true",
        "*.registry.example, registry.example/app, false",
        "eu*.registry.example, eu2.registry.example/app, true",
        "https://index.docker.io/v1/, nginx, true",
        "https://index.docker.io/v1/, team/app:1, true",
        "https://index.docker.io/v1/, quay.example/app, false",
        "docker.io, nginx:1, true",
    })
    void matchesPlacesWithImages(String place, String image, boolean opens) {
        Keyring keyring = Keyring.of(List.of(config(entry(place, "u"))));

        assertEquals(opens ? List.of("u") : List.of(), users(keyring, image));
    }

    @Test
    void triesTheMostPreciseFirstAndKeepsTheOthers() {
        Keyring keyring =
                Keyring.of(
                        List.of(
                                config(entry("registry.example", "host")),
                                config(entry("registry.example/team", "team"))));

        assertEquals(List.of("team", "host"), users(keyring, "registry.example/team/app"));
    }

    @Test
    void readsUserAndPasswordFromOneMember() {
        KubeObject secret = config("'r.example':{'auth':'" + base64("me:a:b") + "'}");

        Keyring keyring = Keyring.of(List.of(secret));

        assertEquals("me", keyring.find("r.example/a").getFirst().auth().username());
        assertEquals("a:b", keyring.find("r.example/a").getFirst().auth().password());
    }

    @Test
    void readsTheOlderForm() {
        KubeObject secret =
                secret(
                        "kubernetes.io/dockercfg",
                        ".dockercfg",
                        "{" + entry("r.example", "u") + "}");

        assertEquals(List.of("u"), users(Keyring.of(List.of(secret)), "r.example/a"));
    }

    @Test
    void passesOverWhatHoldsNoCredentialsAndNamesWhatIsBroken() {
        KubeObject broken = config("'r.example':{'auth':'" + base64("no colon") + "'}");
        KubeObject other = secret("Opaque", "x", "y");

        Keyring keyring = Keyring.of(List.of(broken, other));

        assertEquals(List.of(), keyring.find("r.example/a"));
        assertEquals(List.of("pull"), keyring.unreadable());
    }

    @Test
    void itsTextHidesCredentials() {
        Keyring keyring = Keyring.of(List.of(config(entry("r.example", "me"))));

        assertFalse(keyring.toString().contains("me"), keyring.toString());
    }
}
