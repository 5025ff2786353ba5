package kat.packages;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A revision of a release, as Helm keeps it in a Secret of type `helm.sh/release.v1`.
///
/// The Secret's `release` is base64 of gzip of JSON, and base64 again as data of a Secret.
///
/// @param content the JSON, with fields that this program does not know
/// @param labels the Secret's, of which [#SYSTEM] are Helm's own
record ReleaseRecord(JsonObject content, SequencedMap<String, String> labels) {

    static final String SECRET_TYPE = "helm.sh/release.v1";
    static final Set<String> SYSTEM =
            Set.of("name", "owner", "status", "version", "createdAt", "modifiedAt");

    static final String DEPLOYED = "deployed";
    static final String SUPERSEDED = "superseded";
    static final String FAILED = "failed";
    static final String UNINSTALLED = "uninstalled";
    static final String PENDING_ROLLBACK = "pending-rollback";

    private static final int GZIP_MAGIC = 0x1f;

    /// @throws HelmException when the Secret holds no release
    static ReleaseRecord of(JsonObject secret) {
        try {
            byte[] data = Base64.getDecoder().decode(secret.object("data").string("release"));
            byte[] packed = Base64.getDecoder().decode(data);
            boolean isGzip = packed.length > 0 && packed[0] == GZIP_MAGIC;
            Json content = Json.parse(isGzip ? unpacked(packed) : packed);
            return new ReleaseRecord(
                    content instanceof JsonObject object ? object : JsonObject.EMPTY,
                    secret.object("metadata").object("labels").strings());
        } catch (IllegalArgumentException | IOException | JsonException e) {
            throw new HelmException(
                    "Secret \"" + secret.at("metadata").string("name") + "\" holds no release", e);
        }
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    /// The Secret, complete but for what the server adds.
    JsonObject secret() {
        JsonObject all =
                JsonObject.ofStrings(labels)
                        .with("name", name())
                        .with("owner", "helm")
                        .with("status", status())
                        .with("version", String.valueOf(version()));
        JsonObject metadata =
                JsonObject.of("name", Json.of(key()), "namespace", Json.of(namespace()))
                        .with("labels", all);
        return JsonObject.of("apiVersion", Json.of("v1"), "kind", Json.of("Secret"))
                .with("metadata", metadata)
                .with("type", SECRET_TYPE)
                .with("data", JsonObject.of("release", Json.of(packed())));
    }

    private String packed() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content.toBytes());
        } catch (IOException e) {
            throw new HelmException("cannot pack the release", e);
        }
        byte[] once = Base64.getEncoder().encode(packed.toByteArray());
        return Base64.getEncoder().encodeToString(once);
    }

    static String key(String name, long version) {
        return "sh.helm.release.v1." + name + ".v" + version;
    }

    String key() {
        return key(name(), version());
    }

    String name() {
        return content.string("name");
    }

    String namespace() {
        return content.string("namespace");
    }

    long version() {
        return content.integer("version", 0);
    }

    JsonObject info() {
        return content.object("info");
    }

    String status() {
        return info().string("status");
    }

    boolean isPending() {
        return status().startsWith("pending-");
    }

    String description() {
        return info().string("description");
    }

    String manifest() {
        return content.string("manifest");
    }

    List<JsonObject> hooks() {
        return content.array("hooks").objects();
    }

    JsonObject chart() {
        return content.object("chart");
    }

    JsonObject chartMetadata() {
        return chart().object("metadata");
    }

    String chartName() {
        return chartMetadata().isEmpty()
                ? "MISSING"
                : chartMetadata().string("name") + "-" + chartMetadata().string("version");
    }

    String appVersion() {
        return chartMetadata().isEmpty() ? "MISSING" : chartMetadata().string("appVersion");
    }

    @Nullable OffsetDateTime lastDeployed() {
        return time(info().string("last_deployed"));
    }

    static @Nullable OffsetDateTime time(String text) {
        try {
            return text.isEmpty() ? null : OffsetDateTime.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /// The labels that people gave.
    Map<String, String> ownLabels() {
        SequencedMap<String, String> own = new java.util.LinkedHashMap<>(labels);
        own.keySet().removeAll(SYSTEM);
        return own;
    }

    ReleaseRecord withInfo(String name, String value) {
        return new ReleaseRecord(content.change("info", info -> info.with(name, value)), labels);
    }

    ReleaseRecord withStatus(String status) {
        return withInfo("status", status);
    }

    ReleaseRecord modifiedAt(Instant now) {
        return labelled("modifiedAt", now);
    }

    ReleaseRecord createdAt(Instant now) {
        return labelled("createdAt", now);
    }

    private ReleaseRecord labelled(String label, Instant now) {
        SequencedMap<String, String> with = new java.util.LinkedHashMap<>(labels);
        with.put(label, String.valueOf(now.getEpochSecond()));
        return new ReleaseRecord(content, with);
    }

    /// The hooks that answer to an event, such as `test`, in Helm's order.
    List<JsonObject> hooks(String event) {
        List<JsonObject> some = new ArrayList<>();
        for (JsonObject hook : hooks()) {
            if (hook.array("events").strings().contains(event)) {
                some.add(hook);
            }
        }
        return some;
    }
}
