package kat.apiserver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.apiserver.pki.Pem;

/// Brings what servers publish about whom to trust together: several may run at once, each with
/// authorities of its own, and one that was replaced is trusted until it ends.
///
/// **Source:** `pkg/controlplane/controller/clusterauthenticationtrust`.
final class PublishedTrust {

    /// So long an authority is published after its end.
    private static final Duration AFTER_ITS_END = Duration.ofMinutes(5);

    private static final String LIST = "requestheader-";

    private PublishedTrust() {}

    /// @param stored what is published; members that are none of these stay as they are
    /// @param own what this server wants published
    static JsonObject merged(JsonObject stored, Map<String, String> own, Instant now)
            throws IOException {
        Map<String, Json> all = new TreeMap<>();
        stored.forEach(all::put);
        for (Map.Entry<String, String> each : own.entrySet()) {
            String name = each.getKey();
            String before = stored.string(name);
            boolean isList = name.startsWith(LIST) && !name.endsWith("-ca-file");
            all.put(
                    name,
                    Json.of(
                            isList
                                    ? lists(before, each.getValue())
                                    : certificates(before, each.getValue(), now)));
        }
        return JsonObject.of(all);
    }

    private static String lists(String before, String own) {
        Set<String> all = new LinkedHashSet<>(list(before));
        all.addAll(list(own));
        return JsonArray.ofStrings(all).toString();
    }

    /// What cannot be read is replaced.
    private static List<String> list(String json) {
        try {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof JsonArray array
                    ? array.strings()
                    : List.of();
        } catch (JsonException noList) {
            return List.of();
        }
    }

    private static String certificates(String before, String own, Instant now) throws IOException {
        Set<X509Certificate> all = new LinkedHashSet<>(parsed(before));
        all.addAll(parsed(own));
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : all) {
            if (each.getNotAfter().toInstant().isAfter(now.minus(AFTER_ITS_END))) {
                text.append(Pem.write(each));
            }
        }
        return text.toString();
    }

    /// What cannot be read is replaced.
    private static List<X509Certificate> parsed(String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .forEach(each -> certificates.add((X509Certificate) each));
            return certificates;
        } catch (GeneralSecurityException noCertificates) {
            return List.of();
        }
    }
}
