package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told of changes that are not quite as they should be.
class EditsTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MERGE = "application/merge-patch+json";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        send("POST", MAPS, "{\"metadata\":{\"name\":\"m\"}}", "application/json");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String type)
            throws Exception {
        return served.client().admin(method, path, body, "Content-Type", type);
    }

    @Test
    void parametersOfADeletionAreItsPreconditions() throws Exception {
        HttpResponse<String> ofUid = send("DELETE", MAPS + "/m?uid=x", "", "application/json");
        HttpResponse<String> ofVersion =
                send("DELETE", MAPS + "/m?resourceVersion=1", "", "application/json");

        assertEquals(409, ofUid.statusCode(), ofUid.body());
        assertTrue(ofUid.body().contains("the UID in the precondition (x)"), ofUid.body());
        assertEquals(409, ofVersion.statusCode(), ofVersion.body());
    }

    @Test
    void aDryRunOfACreateMindsNoVersion() throws Exception {
        String body = "{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"7\"}}";

        assertEquals(400, send("POST", MAPS, body, "application/json").statusCode());
        assertEquals(
                201, send("POST", MAPS + "?dryRun=All", body, "application/json").statusCode());
    }

    @Test
    void aJobOfAGeneratedNameIsLabelledWithIt() throws Exception {
        String body =
                "{\"metadata\":{\"generateName\":\"j-\"},\"spec\":{\"template\":{\"spec\":{"
                        + "\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"a\","
                        + "\"image\":\"i\"}]}}}}";

        HttpResponse<String> made =
                send("POST", "/apis/batch/v1/namespaces/default/jobs", body, "application/json");

        assertEquals(201, made.statusCode(), made.body());
        JsonObject metadata =
                ((JsonObject) Json.parse(made.body().getBytes(UTF_8))).object("metadata");
        assertEquals(metadata.string("name"), metadata.object("labels").string("job-name"));
    }

    @Test
    void whatHasNoVersionAfterAPatchHasNoNameEither() throws Exception {
        HttpResponse<String> refused = send("PATCH", MAPS + "/m", "{\"apiVersion\":null}", MERGE);

        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("name must be provided"), refused.body());
    }

    @Test
    void aListThatWasSentEmptyIsEmptyUntilItIsStored() throws Exception {
        String definition =
                "{\"metadata\":{\"name\":\"a.x.y\"},\"spec\":{\"group\":\"x.y\",\"scope\":\"Cluster\","
                        + "\"names\":{\"plural\":\"a\",\"kind\":\"A\"},\"versions\":[]}}";

        HttpResponse<String> refused =
                send(
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                        definition,
                        "application/json");
        HttpResponse<String> made =
                send(
                        "POST",
                        "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
                        "{\"metadata\":{\"name\":\"r\"},\"rules\":[]}",
                        "application/json");

        assertTrue(refused.body().contains("Invalid value: []: must have"), refused.body());
        assertTrue(made.body().contains("\"rules\":null"), made.body());
    }

    @Test
    void strictReadersTellOfEachFieldOnce() throws Exception {
        String twice =
                "{\"metadata\":{\"name\":\"n\"},\"data\":{\"a\":\"1\",\"a\":\"2\",\"a\":\"3\"}}";

        HttpResponse<String> refused =
                send("POST", MAPS + "?fieldValidation=Strict", twice, "application/json");

        assertTrue(
                refused.body().contains("error: duplicate field \\\"data.a\\\"\""), refused.body());
    }

    @Test
    void strictStrategicPatchesListUnknownFieldsBesideRepeatedOnes() throws Exception {
        HttpResponse<String> refused =
                send(
                        "PATCH",
                        MAPS + "/m?fieldValidation=Strict",
                        "{\"data\":{\"a\":\"1\",\"a\":\"2\"},\"dat\":{}}",
                        "application/strategic-merge-patch+json");

        assertEquals(422, refused.statusCode(), refused.body());
        assertTrue(
                refused.body()
                        .contains("duplicate field \\\"data.a\\\", unknown field \\\"dat\\\"\""),
                refused.body());
    }

    @Test
    void strictJsonPatchesListTheirFaultsInOrderAndWhatTheyLeave() throws Exception {
        HttpResponse<String> refused =
                send(
                        "PATCH",
                        MAPS + "/m?fieldValidation=Strict",
                        "[{\"op\":\"add\",\"path\":\"/dat\",\"value\":{},\"foo\":\"bar\"},"
                                + "{\"op\":\"add\",\"path\":\"/data\",\"path\":\"/data\",\"value\":{}}]",
                        "application/json-patch+json");

        assertEquals(422, refused.statusCode(), refused.body());
        assertTrue(
                refused.body()
                        .contains(
                                "json patch unknown field \\\"[0].foo\\\", json patch duplicate field"
                                        + " \\\"[1].path\\\", unknown field \\\"dat\\\"\""),
                refused.body());
    }

    @Test
    void appliesInJsonTellOfKeysThatRepeat() throws Exception {
        String twice =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m\"},\n"
                        + "\"data\":{\"a\":\"1\",\n\"a\":\"2\"}}";

        HttpResponse<String> applied =
                send(
                        "PATCH",
                        MAPS + "/m?fieldManager=test&force=true&fieldValidation=Warn",
                        twice,
                        "application/apply-patch+yaml");

        assertEquals(
                List.of("299 - \"line 3: key \\\"a\\\" already set in map\""),
                applied.headers().allValues("Warning"));
    }

    @Test
    void appliesOfDefinitionsAreWarnedAsUpdatesAre() throws Exception {
        String definition =
                """
                {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                 "metadata": {"name": "odds.example.org"}, "spec": {"group": "example.org",
                 "scope": "Cluster", "names": {"plural": "odds", "kind": "Odd"},
                 "versions": [{"name": "v1", "served": true, "storage": true, "schema": {
                  "openAPIV3Schema": {"type": "object", "properties": {
                   "a": {"type": "string", "format": "odd"}}}}}]}}
                """;

        HttpResponse<String> applied =
                send(
                        "PATCH",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/odds.example.org"
                                + "?fieldManager=test",
                        definition,
                        "application/apply-patch+yaml");

        assertEquals(201, applied.statusCode(), applied.body());
        assertEquals(
                List.of("299 - \"unrecognized format \\\"odd\\\"\""),
                applied.headers().allValues("Warning"));
    }

    @Test
    void whatRefusesAPatchIsNoWarningToo() throws Exception {
        HttpResponse<String> refused =
                send(
                        "PATCH",
                        MAPS + "/m?fieldValidation=Strict",
                        "{\"data\":{\"a\":\"1\",\"a\":\"2\"}}",
                        MERGE);

        assertEquals(422, refused.statusCode(), refused.body());
        assertTrue(refused.headers().allValues("Warning").isEmpty());
    }

    @Test
    void oneNumberStandsForAllProtocolsOfANewPort() throws Exception {
        HttpResponse<String> made =
                send(
                        "POST",
                        "/api/v1/namespaces/default/services",
                        "{\"metadata\":{\"name\":\"dns\"},\"spec\":{\"type\":\"NodePort\",\"ports\":["
                                + "{\"name\":\"a\",\"port\":53},"
                                + "{\"name\":\"b\",\"port\":53,\"protocol\":\"UDP\"},"
                                + "{\"name\":\"c\",\"port\":54}]}}",
                        "application/json");

        assertEquals(201, made.statusCode(), made.body());
        List<Long> numbers =
                ((JsonObject) Json.parse(made.body().getBytes(UTF_8)))
                        .object("spec").array("ports").objects().stream()
                                .map(port -> port.integer("nodePort", 0))
                                .toList();
        assertEquals(numbers.get(0), numbers.get(1));
        assertNotEquals(numbers.get(0), numbers.get(2));
    }

    @Test
    void whatHasNoReadableVersionIsQuoted() throws Exception {
        HttpResponse<String> refused =
                send(
                        "POST",
                        MAPS,
                        "{\"apiVersion\":\"a/b/c\",\"metadata\":{}}",
                        "application/json");

        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(
                refused.body()
                        .contains(
                                "GroupVersion string: a/b/c ({\\\"apiVersion\\\":\\\"a/b/c\\\",\\\"metadat"
                                        + " ...)"),
                refused.body());
    }

    @Test
    void aNamespaceIsMadeByAnApply() throws Exception {
        HttpResponse<String> made =
                send(
                        "PATCH",
                        "/api/v1/namespaces/applied?fieldManager=a",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"applied\"}}",
                        "application/apply-patch+yaml");

        assertEquals(201, made.statusCode(), made.body());
        assertEquals(
                200, send("GET", "/api/v1/namespaces/applied", "", "").statusCode(), made.body());
    }

    @Test
    void whoDeletesJobsIsToldThatTheirPodsStay() throws Exception {
        String jobs = "/apis/batch/v1/namespaces/default/jobs";

        HttpResponse<String> silent = send("DELETE", jobs + "/none", "", "application/json");
        HttpResponse<String> many = send("DELETE", jobs, "", "application/json");
        HttpResponse<String> knowing =
                send("DELETE", jobs + "?propagationPolicy=Orphan", "", "application/json");

        assertTrue(silent.headers().firstValue("Warning").orElse("").contains("preserved"));
        assertTrue(many.headers().firstValue("Warning").orElse("").contains("preserved"));
        assertTrue(knowing.headers().firstValue("Warning").isEmpty());
    }

    @Test
    void ofAnEventItsReporterIsCheckedBeforeItsMetadataAndTheRestAfter() throws Exception {
        HttpResponse<String> refused =
                send(
                        "POST",
                        "/apis/events.k8s.io/v1/namespaces/default/events",
                        "{\"eventTime\":\"2026-01-01T00:00:00.000000Z\"}",
                        "application/json");

        assertEquals(422, refused.statusCode(), refused.body());
        int reporter = refused.body().indexOf("reportingController: Required");
        int name = refused.body().indexOf("metadata.name: Required");
        int type = refused.body().indexOf("type: Invalid");
        assertTrue(0 < reporter && reporter < name && name < type, refused.body());
    }
}
