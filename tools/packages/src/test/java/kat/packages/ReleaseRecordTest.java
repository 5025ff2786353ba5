package kat.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class ReleaseRecordTest {

    private static ReleaseRecord release(int version, String status) {
        JsonObject content =
                (JsonObject)
                        Yaml.read(
                                        """
                                        name: web
                                        namespace: fe
                                        version: %d
                                        info: {status: %s, description: Upgrade complete}
                                        chart: {metadata: {name: web, version: 1.2.0}}
                                        manifest: "# v%d"
                                        config: {a: %d}
                                        """
                                                .formatted(version, status, version, version))
                                .value();
        JsonObject labels = JsonObject.of("own", Json.of("x"), "modifiedAt", Json.of("1"));
        return new ReleaseRecord(content, labels.strings());
    }

    @Test
    void isKeptAsHelmKeepsIt() {
        JsonObject secret = release(3, "deployed").secret();

        assertEquals("helm.sh/release.v1", secret.string("type"));
        assertEquals("sh.helm.release.v1.web.v3", secret.object("metadata").string("name"));
        assertEquals(
                "{\"modifiedAt\":\"1\",\"name\":\"web\",\"own\":\"x\",\"owner\":\"helm\","
                        + "\"status\":\"deployed\",\"version\":\"3\"}",
                secret.at("metadata", "labels").toString());
        assertEquals(release(3, "deployed").content(), ReleaseRecord.of(secret).content());
    }

    @Test
    void isNoReleaseWithoutItsData() {
        JsonObject empty = JsonObject.of("metadata", JsonObject.of("name", Json.of("x")));

        assertThrows(HelmException.class, () -> ReleaseRecord.of(empty));
    }

    @Test
    void rollsBackInHelmsWordsFromTheFirstMomentOn() {
        Rollback rollback =
                Rollback.of(
                        List.of(
                                release(1, "superseded"),
                                release(2, "deployed"),
                                release(3, "failed")),
                        1);

        ReleaseRecord begun = rollback.stored(release(4, "pending-upgrade"));
        ReleaseRecord done = rollback.stored(release(4, "deployed"));

        assertEquals("pending-rollback", begun.status());
        assertEquals("Rollback to 1", begun.description());
        assertEquals("# v1", begun.manifest());
        assertEquals("deployed", done.status());
        assertEquals("{\"a\":1}", done.content().object("config").toString());
        assertEquals("deployed", rollback.shown(release(3, "failed")).status());
        assertEquals("failed", rollback.stored(release(3, "superseded")).status());
    }

    @Test
    void knowsWhichRevisionsThereAre() {
        List<ReleaseRecord> history = List.of(release(2, "superseded"), release(3, "deployed"));

        assertEquals(
                "release has no 1 version",
                assertThrows(HelmException.class, () -> Rollback.of(history, 1)).getMessage());
        assertEquals(
                "release: not found",
                assertThrows(HelmException.class, () -> Rollback.of(List.of(), 0)).getMessage());
    }

    @Test
    void ordersVersions() {
        List<String> sorted =
                List.of("1.10.0", "v1.2.0", "1.2.0-rc.1", "1.2.0-rc.1.1", "1.2.0-9").stream()
                        .sorted(SemanticVersion.ORDER)
                        .toList();

        assertEquals(List.of("1.2.0-9", "1.2.0-rc.1", "1.2.0-rc.1.1", "v1.2.0", "1.10.0"), sorted);
    }
}
