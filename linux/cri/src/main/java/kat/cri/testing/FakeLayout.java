package kat.cri.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import kat.cri.Blob;
import kat.cri.Digests;
import kat.cri.StoredImage;
import kat.cri.TarReader;

/// What an image that is a name only would look like in a registry, and the names of such images in
/// an archive.
final class FakeLayout implements StoredImage {

    private static final int MAGIC = 257;

    private final SequencedMap<Blob, byte[]> parts = new LinkedHashMap<>();

    FakeLayout(String name) {
        Blob config = add("application/vnd.oci.image.config.v1+json", "{\"os\":\"linux\"}");
        Blob layer = add("application/vnd.oci.image.layer.v1.tar", name);
        String manifest =
                "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
                        .formatted(descriptor(config), descriptor(layer));
        byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
        String type = "application/vnd.oci.image.manifest.v1+json";
        parts.putFirst(new Blob(type, Digests.sha256(bytes), bytes.length), bytes);
    }

    private Blob add(String mediaType, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Blob blob = new Blob(mediaType, Digests.sha256(bytes), bytes.length);
        parts.put(blob, bytes);
        return blob;
    }

    private static String descriptor(Blob blob) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(blob.mediaType(), blob.digest(), blob.size());
    }

    @Override
    public List<Blob> parts() {
        return List.copyOf(parts.sequencedKeySet());
    }

    @Override
    public void copy(Blob part, OutputStream out) throws IOException {
        out.write(Objects.requireNonNull(parts.get(part), part.digest()));
    }

    @Override
    public void close() {}

    static boolean isTar(byte[] archive) {
        return archive.length > MAGIC + 5
                && new String(archive, MAGIC, 5, StandardCharsets.US_ASCII).equals("ustar");
    }

    /// The names in the index of an OCI layout.
    static List<String> names(byte[] archive) throws IOException {
        TarReader tar = new TarReader(new ByteArrayInputStream(archive));
        List<String> names = new ArrayList<>();
        for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            if (entry.name().equals("index.json")) {
                byte[] bytes = new byte[(int) entry.size()];
                int unused = tar.read(bytes);
                names.addAll(named(new String(bytes, StandardCharsets.UTF_8)));
            }
        }
        return names;
    }

    private static List<String> named(String index) {
        List<String> names = new ArrayList<>();
        JsonObject root = JsonParser.parseString(index).getAsJsonObject();
        for (JsonElement each : root.getAsJsonArray("manifests")) {
            names.add(
                    each.getAsJsonObject()
                            .getAsJsonObject("annotations")
                            .get("io.containerd.image.name")
                            .getAsString());
        }
        return names;
    }
}
