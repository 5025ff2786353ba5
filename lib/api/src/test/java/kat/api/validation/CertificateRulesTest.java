package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
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

    private static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBbjCCARWgAwIBAgIUX69qFDOg17SWp93LIMUG5PtSKRowCgYIKoZIzj0EAwIw
            DDEKMAgGA1UEAwwBeDAgFw0yNjExMjIwMjMyMTVaGA8yMTI2MTAyOTAyMzIxNVow
            DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFjc5uGjyG//
            9lUic3IMqFttIgReaJ1xOpGjpt1UHXdv2hwI3WdjjNxfx+U9K8l/f9KKw3OGh2t7
            8hROz7cfzNajUzBRMB0GA1UdDgQWBBRz9VKay/YmYGLfJczZd42fZfzbAjAfBgNV
            HSMEGDAWgBRz9VKay/YmYGLfJczZd42fZfzbAjAPBgNVHRMBAf8EBTADAQH/MAoG
            CCqGSM49BAMCA0cAMEQCIFz1oFzC1BQlceWdCNgAoTZlID8kGG9Uzg2vu5CAwhvA
            AiBEhwPqloL9vvbOWvun6zZ0sogS69rfXm0LDrgHLizppw==
            -----END CERTIFICATE-----
            """;
    private static final String REQUEST =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIGuMGICAQAwLzEVMBMGA1UECgwMc3lzdGVtOm5vZGVzMRYwFAYDVQQDDA1zeXN0
            ZW06bm9kZTphMCowBQYDK2VwAyEAqJVvvdvp/lyOHzqbrd37tAOFit5WItZ2jE7W
            KacRMKGgADAFBgMrZXADQQDgTBxqV4zAzwXnjPRc75GIdhIDrwBed14zhmT8neod
            p6DVH7aG3YVeN71Rpuqf0R9CchTYuAMeAo3q+xU6+zUI
            -----END CERTIFICATE REQUEST-----
            """;
    private static final Kind KIND =
            Kinds.builtIn().require("certificates.k8s.io/v1", "CertificateSigningRequest");

    /// Requests that a running Kubernetes was shown, with what it said of each.
    @Test
    void judgesRequestsAsKubernetesDoes() throws IOException {
        JsonArray told;
        try (InputStream in = Kind.class.getResourceAsStream("x509/requests.json")) {
            assertNotNull(in);
            told = (JsonArray) Json.parse(in.readAllBytes());
        }
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (JsonObject each : told.objects()) {
            String pem = each.string("pem");
            String base64 = Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
            JsonObject spec = request("[]").tree().object("spec").with("request", base64);
            List<Status.Cause> faults = Validation.create(KIND, with("spec", spec));
            String words = faults.isEmpty() ? "" : faults.getFirst().message();
            expected.add(each.string("name") + ": " + each.string("fault"));
            found.add(each.string("name") + ": " + words.replaceFirst("^[^:]*: \"[^\"]*\": ", ""));
        }

        assertEquals(expected, found);
    }

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
        KubeObject signed = issued(CERTIFICATE);
        KubeObject other = issued(CERTIFICATE + CERTIFICATE);

        assertEquals(List.of(), Validation.updateStatus(KIND, signed, open));
        assertEquals(
                List.of("status.certificate FieldValueForbidden"),
                brief(Validation.updateStatus(KIND, other, signed)));
        assertEquals(
                List.of("status.certificate FieldValueForbidden"), brief(through(signed, open)));
    }

    @Test
    void issuesNothingButCertificates() {
        String key = CERTIFICATE.replace(" CERTIFICATE", " PRIVATE KEY");
        String torn = CERTIFICATE.replaceFirst("MII", "MIA");

        assertEquals("must contain at least one CERTIFICATE PEM block", faultOf("x"));
        assertEquals(
                "only CERTIFICATE PEM blocks are allowed, found \"PRIVATE KEY\"",
                faultOf(CERTIFICATE + key));
        assertEquals("x509: malformed certificate", faultOf(torn));
    }

    @Test
    void knowsNoSignerOfOld() {
        JsonObject spec = request("[]").tree().object("spec");
        KubeObject old = with("spec", spec.with("signerName", "kubernetes.io/legacy-unknown"));

        assertEquals(
                List.of(
                        "Invalid value: \"kubernetes.io/legacy-unknown\": the legacy signerName is"
                                + " not allowed via this API version"),
                Validation.create(KIND, old).stream().map(Status.Cause::message).toList());
    }

    private static String faultOf(String pem) {
        String told =
                Validation.updateStatus(KIND, issued(pem), request("[]")).getFirst().message();
        return told.substring("Invalid value: \"<certificate data>\": ".length());
    }

    private static KubeObject issued(String pem) {
        String base64 = Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
        return with("status", JsonObject.of("certificate", Json.of(base64)));
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
        String base64 = Base64.getEncoder().encodeToString(REQUEST.getBytes(UTF_8));
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
