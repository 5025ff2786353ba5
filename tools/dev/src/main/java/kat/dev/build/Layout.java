package kat.dev.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.dev.build.BuiltImage.Blob;

/// An image of the store as an archive that containerd and Jib read: an OCI image layout that
/// holds the list of `docker save` too.
final class Layout {

    private Layout() {}

    /// One part of the archive, opened when it is its turn.
    private interface Part {
        InputStream open() throws IOException;
    }

    /// @param names full references, such as `docker.io/library/web:1`
    static InputStream of(BuiltImage image, ImageStore store, List<String> names) {
        byte[] manifest = image.manifest();
        Blob described = new Blob(BuiltImage.MANIFEST, Digest.of(manifest), manifest.length);
        List<Json> entries = new ArrayList<>();
        for (String name : names) {
            JsonObject named = JsonObject.of("io.containerd.image.name", Json.of(name));
            entries.add(described.descriptor().with("annotations", named));
        }
        JsonObject index =
                JsonObject.of("schemaVersion", Json.of(2), "manifests", new JsonArray(entries));
        List<Part> parts = new ArrayList<>();
        file(
                parts,
                "oci-layout",
                "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
        file(parts, "index.json", index.toBytes());
        file(parts, "manifest.json", listing(image, names).toBytes());
        file(parts, path(described), manifest);
        LinkedHashSet<Blob> blobs = new LinkedHashSet<>(image.layers());
        blobs.add(image.config());
        for (Blob blob : blobs) {
            parts.add(() -> new ByteArrayInputStream(Tar.header(path(blob), blob.size())));
            parts.add(() -> Files.newInputStream(store.path(blob)));
            parts.add(() -> new ByteArrayInputStream(Tar.padding(blob.size())));
        }
        parts.add(() -> new ByteArrayInputStream(new byte[2 * Tar.BLOCK]));
        return new Joined(parts);
    }

    private static JsonArray listing(BuiltImage image, List<String> names) {
        return JsonArray.of(
                JsonObject.of(
                                "Config",
                                Json.of(path(image.config())),
                                "RepoTags",
                                JsonArray.ofStrings(names))
                        .with(
                                "Layers",
                                JsonArray.ofStrings(
                                        image.layers().stream().map(Layout::path).toList())));
    }

    private static String path(Blob blob) {
        return "blobs/sha256/" + blob.digest();
    }

    private static void file(List<Part> parts, String name, byte[] content) {
        parts.add(() -> new ByteArrayInputStream(Tar.header(name, content.length)));
        parts.add(() -> new ByteArrayInputStream(content));
        parts.add(() -> new ByteArrayInputStream(Tar.padding(content.length)));
    }

    /// One part after the other.
    private static final class Joined extends InputStream {
        private final Iterator<Part> left;
        private InputStream at = InputStream.nullInputStream();

        Joined(List<Part> parts) {
            left = parts.iterator();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = at.read(into, from, length);
            while (count < 0 && left.hasNext()) {
                at.close();
                at = left.next().open();
                count = at.read(into, from, length);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            at.close();
        }
    }
}
