package kat.dev.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfilesTest {

    private static final Profiles PROFILES =
            new Profiles(
                    new Loading.Surroundings(
                            Path.of("/"), Map.of("STAGE", "prod"), "dev", "kat-test"));

    private static JsonObject object(String yaml) {
        Json value = Yaml.parse(yaml);
        return value instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    private static JsonObject applied(String yaml) {
        return PROFILES.apply(object(yaml), List.of("p"), "file");
    }

    @ParameterizedTest
    @CsvSource({
        "'{command: dev}', true",
        "'{command: run}', false",
        "'{command: \"!run\"}', true",
        "'{command: (dev|debug)}', true",
        "'{kubeContext: kat-.*}', true",
        "'{kubeContext: other}', false",
        "'{env: STAGE=prod}', true",
        "'{env: STAGE=!prod}', false",
        "'{env: MISSING=}', true",
        "'{env: STAGE=}', false",
        "'{command: dev, env: STAGE=test}', false"
    })
    void activatesByItsConditions(String condition, boolean isActive) {
        JsonObject document = object("profiles: [{name: p, activation: [" + condition + "]}]");

        assertEquals(isActive ? List.of("p") : List.of(), PROFILES.active(document, List.of()));
    }

    @Test
    void needsAllConditionsWhenItSaysSo() {
        String profile =
                "profiles: [{name: p, requiresAllActivations: true, activation:"
                        + " [{command: dev}, {env: STAGE=%s}]}]";

        assertEquals(List.of("p"), PROFILES.active(object(profile.formatted("prod")), List.of()));
        assertEquals(List.of(), PROFILES.active(object(profile.formatted("test")), List.of()));
    }

    @Test
    void switchesProfilesOnAndOffByName() {
        JsonObject document =
                object("profiles: [{name: a, activation: [{command: dev}]}, {name: b}]");

        assertEquals(List.of("b"), PROFILES.active(document, List.of("-a", "b", "unknown")));
    }

    @Test
    void laysPartsOverTheDocument() {
        JsonObject result =
                applied(
                        """
                        build: {tagPolicy: {gitCommit: {}}, artifacts: [{image: a}], local: {}}
                        deploy: {statusCheck: true, helm: {releases: [1]}}
                        profiles:
                          - name: p
                            build: {tagPolicy: {sha256: {}}, artifacts: []}
                            deploy: {helm: {releases: [2]}}
                        """);

        assertEquals(
                object(
                        """
                        build: {tagPolicy: {sha256: {}}, artifacts: [{image: a}], local: {}}
                        deploy: {statusCheck: true, helm: {releases: [2]}}
                        """),
                result);
    }

    @Test
    void patchesInEachWay() {
        JsonObject result =
                applied(
                        """
                        build: {artifacts: [{image: a, context: x}, {image: b}], local: {}}
                        profiles:
                          - name: p
                            patches:
                              - {path: /build/artifacts/0/image, value: c}
                              - {op: add, path: /build/artifacts/1/context, value: y}
                              - {op: remove, path: /build/artifacts/0/context}
                              - {op: add, path: /build/artifacts/-, value: {image: d}}
                              - {op: replace, path: /build/artifacts/image=b/image, value: e}
                              - {op: move, from: /build/local, path: /local}
                              - {op: test, path: /build/artifacts/0/image, value: c}
                        """);

        assertEquals(
                object(
                        """
                        build: {artifacts: [{image: c}, {image: e, context: y}, {image: d}]}
                        local: {}
                        """),
                result);
    }

    @ParameterizedTest
    @CsvSource({
        "'{path: /build/x, value: 1}', the path /build/x leads nowhere",
        "'{path: /list/7, value: 1}', the path /list/7 leads nowhere",
        "'{op: remove, path: /none}', the path /none leads nowhere",
        "'{op: turn, path: /build}', no operation turn",
        "'{op: test, path: /list/0, value: 2}', the test of /list/0 failed"
    })
    void namesPatchesThatDoNotFit(String patch, String words) {
        String yaml = "{build: {}, list: [1], profiles: [{name: p, patches: [" + patch + "]}]}";

        DevException fault = assertThrows(DevException.class, () -> applied(yaml));

        assertEquals("file: profile p.patches[0]: " + words, fault.getMessage());
    }
}
