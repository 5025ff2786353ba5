package kat.dev.build;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// An image whose parts lie in an [ImageStore].
///
/// @param config its configuration
/// @param layers lowest first
public record BuiltImage(Blob config, List<Blob> layers) {

    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    /// @param digest 64 hexadecimal digits
    /// @param size in bytes
    public record Blob(String mediaType, String digest, long size) {
        JsonObject descriptor() {
            return JsonObject.of("mediaType", Json.of(mediaType), "size", Json.of(size))
                    .with("digest", "sha256:" + digest);
        }

        static Blob of(JsonObject descriptor) {
            String digest = descriptor.string("digest");
            return new Blob(
                    descriptor.string("mediaType"),
                    digest.substring(digest.indexOf(':') + 1),
                    descriptor.integer("size", 0));
        }
    }

    public BuiltImage {
        layers = List.copyOf(layers);
    }

    /// The digest of its configuration, by which images are told apart: 64 hexadecimal digits.
    public String id() {
        return config.digest();
    }

    /// Its OCI manifest.
    byte[] manifest() {
        List<Json> descriptors = new ArrayList<>();
        layers.forEach(layer -> descriptors.add(layer.descriptor()));
        return JsonObject.of("schemaVersion", Json.of(2), "mediaType", Json.of(MANIFEST))
                .with("config", config.descriptor())
                .with("layers", new JsonArray(descriptors))
                .toBytes();
    }

    /// @throws RuntimeException when the bytes are no manifest
    static BuiltImage of(byte[] manifest) {
        JsonObject document = (JsonObject) Json.parse(manifest);
        return new BuiltImage(
                Blob.of(document.object("config")),
                document.array("layers").objects().stream().map(Blob::of).toList());
    }
}
