package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Base64;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class CertificateRulesTest {

    private static final Kind KIND =
            Kinds.builtIn().require("certificates.k8s.io/v1", "CertificateSigningRequest");

    @Test
    void wantsKnownUsagesEachOnceAndADomainAsSigner() {
        KubeObject object =
                with(
                        "spec",
                        request("[]")
                                .tree()
                                .object("spec")
                                .with("signerName", "nobody")
                                .with(
                                        "usages",
                                        JsonArray.ofStrings(List.of("signing", "x", "signing"))));

        assertEquals(
                List.of(
                        "spec.usages[1] FieldValueNotSupported",
                        "spec.usages[2] FieldValueDuplicate",
                        "spec.signerName FieldValueInvalid"),
                brief(Validation.create(KIND, object)));
    }

    @Test
    void decidesOnceAndForOneThing() {
        KubeObject open = request("[]");
        KubeObject both =
                request("[{type: Approved, status: 'True'}, {type: Denied, status: 'True'}]");
        KubeObject approved = request("[{type: Approved, status: 'True'}]");
        KubeObject doubted = request("[{type: Approved, status: 'False'}]");

        assertEquals(List.of(), brief(through(approved, open)));
        assertEquals(List.of("status.conditions FieldValueInvalid"), brief(through(both, open)));
        assertEquals(
                List.of("status.conditions[0].status FieldValueNotSupported"),
                brief(through(doubted, open)));
        assertEquals(
                List.of("status.conditions FieldValueForbidden"), brief(through(open, approved)));
    }

    @Test
    void decidesThroughApprovalAlone() {
        List<Status.Cause> faults =
                Validation.updateStatus(
                        KIND, request("[{type: Denied, status: 'True'}]"), request("[]"));

        assertEquals(
                List.of("Forbidden: updates may not add a condition of type \"Denied\""),
                faults.stream().map(Status.Cause::message).toList());
    }

    @Test
    void setsACertificateOnceThroughStatusAlone() {
        KubeObject open = request("[]");
        KubeObject signed = with("status", JsonObject.of("certificate", Json.of("eA==")));
        KubeObject other = with("status", JsonObject.of("certificate", Json.of("eQ==")));

        assertEquals(List.of(), Validation.updateStatus(KIND, signed, open));
        assertEquals(
                List.of("status.certificate FieldValueForbidden"),
                brief(Validation.updateStatus(KIND, other, signed)));
        assertEquals(
                List.of("status.certificate FieldValueForbidden"), brief(through(signed, open)));
    }

    private static List<Status.Cause> through(KubeObject after, KubeObject before) {
        return Validation.updateThrough(KIND, "approval", after, before);
    }

    private static List<String> brief(List<Status.Cause> faults) {
        return faults.stream().map(fault -> fault.field() + " " + fault.reason()).toList();
    }

    private static KubeObject with(String part, JsonObject value) {
        return new KubeObject(request("[]").tree().with(part, value));
    }

    private static KubeObject request(String conditions) {
        String pem = "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n";
        String base64 = Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
        return new KubeObject(
                (JsonObject)
                        Yaml.parse(
                                "{metadata: {name: r, resourceVersion: '1'}, spec: {request: "
                                        + base64
                                        + ", signerName: example.com/s, usages: [signing]},"
                                        + " status: {conditions: "
                                        + conditions
                                        + "}}"));
    }
}
