package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.x509.PemBlock;
import kat.api.x509.SignedRequest;

/// The rules for CertificateSigningRequests. What was stored with a fault may keep it.
///
/// Of the request itself its form and its signature are checked here; signers check what it
/// asks for.
///
/// **Source:** Kubernetes' `pkg/apis/certificates/validation`.
final class CertificateRules {

    private static final int SHORTEST_SECONDS = 600;
    private static final String LEGACY = "kubernetes.io/legacy-unknown";
    private static final List<String> USAGES =
            List.of(
                    "any",
                    "cert sign",
                    "client auth",
                    "code signing",
                    "content commitment",
                    "crl sign",
                    "data encipherment",
                    "decipher only",
                    "digital signature",
                    "email protection",
                    "encipher only",
                    "ipsec end system",
                    "ipsec tunnel",
                    "ipsec user",
                    "key agreement",
                    "key encipherment",
                    "microsoft sgc",
                    "netscape sgc",
                    "ocsp signing",
                    "s/mime",
                    "server auth",
                    "signing",
                    "timestamping");
    private static final List<String> DECISIONS = List.of("Approved", "Denied");
    private static final List<String> LASTING = List.of("Approved", "Denied", "Failed");

    private CertificateRules() {}

    static void create(Node request) {
        check(request, JsonObject.EMPTY);
    }

    static void update(Node after, JsonObject before) {
        check(after, before);
        kept(after, before);
        decisions(after, before);
        certificate(after, before, false);
    }

    static void status(Node after, JsonObject before) {
        check(after, before);
        kept(after, before);
        decisions(after, before);
        certificate(after, before, true);
    }

    static void approval(Node after, JsonObject before) {
        check(after, before);
        kept(after, before);
        certificate(after, before, false);
    }

    private static void check(Node request, JsonObject before) {
        Node spec = request.child("spec");
        String fault = requestFault(spec.child("request").text());
        if (!fault.isEmpty()) {
            spec.child("request").invalid(fault);
        }
        usages(spec.child("usages"), before.object("spec").array("usages"));
        if (spec.child("signerName").text().equals(LEGACY)
                && !before.object("spec").string("signerName").equals(LEGACY)) {
            spec.child("signerName")
                    .invalid("the legacy signerName is not allowed via this API version");
        } else {
            SignerNames.check(spec.child("signerName"));
        }
        Node seconds = spec.child("expirationSeconds");
        if (seconds.isSet() && seconds.integer() < SHORTEST_SECONDS) {
            seconds.invalid("may not specify a duration less than 600 seconds (10 minutes)");
        }
        conditions(request.child("status", "conditions"), conditions(before));
        String issued = request.child("status", "certificate").text();
        if (!issued.equals(before.object("status").string("certificate"))) {
            String wrong = IssuedCertificates.fault(issued);
            if (!wrong.isEmpty()) {
                request.child("status", "certificate").invalidText("<certificate data>", wrong);
            }
        }
    }

    private static String requestFault(String base64) {
        PemBlock block = PemBlock.first(PemBlock.decoded(base64));
        return block == null || !block.type().equals("CERTIFICATE REQUEST")
                ? "PEM block type must be CERTIFICATE REQUEST"
                : SignedRequest.fault(block.content());
    }

    private static void usages(Node usages, JsonArray before) {
        if (usages.isEmpty()) {
            usages.required();
        }
        if (USAGES.containsAll(before.strings())) {
            for (Node usage : usages.items()) {
                if (!USAGES.contains(usage.text())) {
                    usage.unsupported(usage.json(), USAGES);
                }
            }
        }
        if (!hasDoubles(before.strings())) {
            Set<String> seen = new HashSet<>();
            for (Node usage : usages.items()) {
                if (!seen.add(usage.text())) {
                    usage.duplicate();
                }
            }
        }
    }

    private static boolean hasDoubles(List<String> list) {
        return new HashSet<>(list).size() < list.size();
    }

    private static List<JsonObject> conditions(JsonObject request) {
        return request.object("status").array("conditions").objects();
    }

    private static List<String> types(List<JsonObject> conditions) {
        return conditions.stream().map(condition -> condition.string("type")).toList();
    }

    private static void conditions(Node conditions, List<JsonObject> before) {
        List<String> typesBefore = types(before);
        boolean both = typesBefore.containsAll(DECISIONS);
        boolean doubles = hasDoubles(typesBefore);
        Set<String> seen = new HashSet<>();
        for (Node condition : conditions.items()) {
            Node type = condition.child("type");
            if (type.isEmpty() && !typesBefore.contains("")) {
                type.required();
            }
            if (LASTING.contains(type.text())) {
                condition.child("status").requireOneOf("True");
            } else {
                condition.child("status").requireOneOf("False", "True", "Unknown");
            }
            String other = type.text().equals("Approved") ? "Denied" : "Approved";
            if (!both && DECISIONS.contains(type.text()) && seen.contains(other)) {
                conditions.invalidText(
                        type.text(), "Approved and Denied conditions are mutually exclusive");
            }
            if (!seen.add(type.text()) && !doubles) {
                type.duplicate();
            }
        }
    }

    /// What was decided stays decided.
    private static void kept(Node after, JsonObject before) {
        Node conditions = after.child("status", "conditions");
        for (String type : LASTING) {
            if (count(after.object(), type) < count(before, type)) {
                conditions.forbidden("updates may not remove a condition of type \"" + type + "\"");
            }
        }
    }

    /// Nobody decides but through `approval`.
    private static void decisions(Node after, JsonObject before) {
        Node conditions = after.child("status", "conditions");
        for (String type : DECISIONS) {
            if (count(after.object(), type) > count(before, type)) {
                conditions.forbidden("updates may not add a condition of type \"" + type + "\"");
            }
        }
    }

    private static long count(JsonObject request, String type) {
        Predicate<JsonObject> is = condition -> condition.string("type").equals(type);
        return conditions(request).stream().filter(is).count();
    }

    private static void certificate(Node after, JsonObject before, boolean maySet) {
        Node certificate = after.child("status", "certificate");
        String stored = before.object("status").string("certificate");
        if (certificate.text().equals(stored)) {
            return;
        }
        if (!maySet) {
            certificate.forbidden("updates may not set certificate content");
        } else if (!stored.isEmpty()) {
            certificate.forbidden("updates may not modify existing certificate content");
        }
    }
}
