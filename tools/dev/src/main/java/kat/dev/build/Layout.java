package kat.dev.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.dev.build.BuiltImage.Blob;

/// An image of the store as an archive that containerd and Jib read: an OCI image layout that
/// holds the list of `docker save` too.
final class Layout {

    private static final int BLOCK = 512;

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
            parts.add(() -> new ByteArrayInputStream(header(path(blob), blob.size())));
            parts.add(() -> Files.newInputStream(store.path(blob)));
            parts.add(() -> new ByteArrayInputStream(padding(blob.size())));
        }
        parts.add(() -> new ByteArrayInputStream(new byte[2 * BLOCK]));
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
        parts.add(() -> new ByteArrayInputStream(header(name, content.length)));
        parts.add(() -> new ByteArrayInputStream(content));
        parts.add(() -> new ByteArrayInputStream(padding(content.length)));
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

    private static byte[] padding(long size) {
        return new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)];
    }

    /// A ustar header of a file that belongs to nobody and has no time.
    static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format(Locale.ROOT, "%011o", size));
        put(header, 136, "00000000000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o", sum));
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
