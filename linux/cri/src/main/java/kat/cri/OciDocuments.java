package kat.cri;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes OCI image documents.
///
/// **Source:** OCI image specification 1.0, manifest.
final class OciDocuments {

    private OciDocuments() {}

    /// @param parts the configuration, then the layers from the lowest up
    static byte[] manifest(List<Blob> parts) {
        JsonObject manifest = new JsonObject();
        manifest.addProperty("schemaVersion", 2);
        manifest.addProperty("mediaType", "application/vnd.oci.image.manifest.v1+json");
        manifest.add("config", descriptor(parts.getFirst()));
        JsonArray layers = new JsonArray();
        for (Blob layer : parts.subList(1, parts.size())) {
            layers.add(descriptor(layer));
        }
        manifest.add("layers", layers);
        return manifest.toString().getBytes(StandardCharsets.UTF_8);
    }

    static JsonObject descriptor(Blob blob) {
        JsonObject descriptor = new JsonObject();
        descriptor.addProperty("mediaType", blob.mediaType());
        descriptor.addProperty("digest", blob.digest());
        descriptor.addProperty("size", blob.size());
        return descriptor;
    }

    static Blob blob(JsonObject descriptor) {
        String size = Json.string(descriptor, "size");
        return new Blob(
                Json.string(descriptor, "mediaType"),
                Json.string(descriptor, "digest"),
                size.isEmpty() ? 0 : Long.parseLong(size));
    }
}
