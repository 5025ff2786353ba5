package kat.cri;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException.Code;
import org.jspecify.annotations.Nullable;

/// Reads image archives into containerd's content store, entry by entry as they come: an OCI image
/// layout, or what `docker save` writes; and opens images in it. Layers are unpacked by containerd
/// when the first container wants them.
final class ArchiveImport {

    private static final String WHAT = "import an image archive";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String DOCKER_INDEX =
            "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    /// Larger documents are not kept for reading; manifests and indexes are far smaller.
    private static final int MAX_DOCUMENT_BYTES = 4 << 20;

    private static final Duration LEASE = Duration.ofHours(24);

    /// Pauses while CRI takes note of a new name: 1, 2, 4 … 1024 ms, two seconds in all.
    private static final int NAME_CHECKS = 11;

    private final CriChannel channel;
    private final Ticker ticker;
    private final AtomicInteger imports = new AtomicInteger();

    ArchiveImport(CriChannel channel, Ticker ticker) {
        this.channel = channel;
        this.ticker = ticker;
    }

    /// What was found in an archive while its blobs went into the store.
    private static final class Found {
        final Map<String, byte[]> documents = new LinkedHashMap<>();
        final Map<String, Blob> blobs = new LinkedHashMap<>();
        final Map<String, String> links = new LinkedHashMap<>();
        final Map<String, Blob> names = new LinkedHashMap<>();

        /// The blob stored from the archive's file `path`, through links.
        @Nullable Blob file(String path) {
            String at = path;
            for (String link = links.get(at); link != null; link = links.get(at)) {
                at = link;
            }
            return blobs.get(at);
        }
    }

    /// @param isKnown whether CRI answers to a name
    List<String> read(InputStream archive, Predicate<String> isKnown) {
        try (ContentStore store = store(WHAT)) {
            Found found = new Found();
            readEntries(new TarReader(plain(archive)), store, found);
            if (found.documents.containsKey("index.json")) {
                readLayout(store, found);
            } else if (found.documents.containsKey("manifest.json")) {
                readDockerSave(store, found);
            } else {
                throw invalid("neither index.json nor manifest.json is in it", null);
            }
            if (found.names.isEmpty()) {
                throw invalid("it holds no image with a name", null);
            }
            found.names.forEach(
                    (name, blob) -> store.name(name, blob, ticker.now().getEpochSecond()));
            awaitKnown(found.names.keySet(), isKnown);
            return List.copyOf(found.names.keySet());
        } catch (IOException | JsonParseException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    /// The parts of a present image.
    ///
    /// @param name in full
    StoredImage open(String name) {
        String what = "read the image " + name;
        return new StoredParts(store(what), name, what);
    }

    private ContentStore store(String what) {
        String id =
                "kat-import-"
                        + ProcessHandle.current().pid()
                        + "-"
                        + ticker.now().toEpochMilli()
                        + "-"
                        + imports.incrementAndGet();
        return new ContentStore(channel, id, ticker.now().plus(LEASE).toString(), what);
    }

    private static InputStream plain(InputStream archive) throws IOException {
        BufferedInputStream in = new BufferedInputStream(archive, 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static void readEntries(TarReader tar, ContentStore store, Found found)
            throws IOException {
        for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            if (entry.isLink()) {
                found.links.put(entry.name(), target(entry));
            } else if (entry.isFile()) {
                readFile(tar, entry, store, found);
            }
        }
    }

    private static void readFile(
            TarReader tar, TarReader.Entry entry, ContentStore store, Found found)
            throws IOException {
        String name = entry.name();
        if (name.equals("index.json") || name.equals("manifest.json")) {
            found.documents.put(name, document(tar, entry));
            return;
        }
        if (name.equals("oci-layout") || name.equals("repositories") || name.endsWith("VERSION")) {
            return;
        }
        boolean isLayer = name.endsWith(".tar") || name.endsWith(".tar.gz");
        if (!name.startsWith("blobs/") && !name.endsWith(".json") && !isLayer) {
            return;
        }
        String mediaType = name.endsWith(".gz") ? LAYER + "+gzip" : LAYER;
        String digest = name.startsWith("blobs/sha256/") ? "sha256:" + name.substring(13) : "";
        if (entry.size() > MAX_DOCUMENT_BYTES) {
            String stored = store.write(entry, digest, tar::read);
            found.blobs.put(name, new Blob(mediaType, stored, entry.size()));
            return;
        }
        byte[] bytes = document(tar, entry);
        Blob blob = store.write(mediaType, bytes);
        if (!digest.isEmpty() && !digest.equals(blob.digest())) {
            throw new IOException(name + " does not hold what its name says");
        }
        found.blobs.put(name, blob);
        if (bytes.length > 0 && bytes[0] == '{') {
            found.documents.put(blob.digest(), bytes);
        }
    }

    private static byte[] document(TarReader tar, TarReader.Entry entry) throws IOException {
        if (entry.size() > MAX_DOCUMENT_BYTES) {
            throw new IOException(entry.name() + " is too large");
        }
        byte[] bytes = new byte[(int) entry.size()];
        if (bytes.length > 0) {
            tar.read(bytes);
        }
        return bytes;
    }

    private static void readLayout(ContentStore store, Found found) throws IOException {
        for (JsonObject descriptor : Json.objects(parse(found, "index.json"), "manifests")) {
            JsonObject annotations = Json.object(descriptor, "annotations");
            String name = Json.string(annotations, "io.containerd.image.name");
            if (name.isEmpty()) {
                name = Json.string(annotations, "org.opencontainers.image.ref.name");
            }
            if (name.isEmpty()) {
                continue;
            }
            Blob target = OciDocuments.blob(descriptor);
            link(store, found, target);
            found.names.put(ImageNames.full(name), target);
        }
    }

    /// Labels a manifest or index with what it refers to.
    private static void link(ContentStore store, Found found, Blob target) throws IOException {
        JsonObject document = parse(found, target.digest());
        if (!target.mediaType().equals(INDEX) && !target.mediaType().equals(DOCKER_INDEX)) {
            List<Blob> parts = new ArrayList<>();
            parts.add(OciDocuments.blob(Json.object(document, "config")));
            Json.objects(document, "layers").forEach(layer -> parts.add(OciDocuments.blob(layer)));
            requireAll(found, parts);
            store.refer(target.digest(), parts);
            return;
        }
        List<Blob> here = new ArrayList<>();
        boolean fits = false;
        for (JsonObject child : Json.objects(document, "manifests")) {
            Blob manifest = OciDocuments.blob(child);
            if (found.documents.containsKey(manifest.digest())) {
                link(store, found, manifest);
                here.add(manifest);
                String architecture = Json.string(Json.object(child, "platform"), "architecture");
                fits |= architecture.isEmpty() || architecture.equals(Machine.architecture());
            }
        }
        if (!fits) {
            throw new IOException("it holds nothing for " + Machine.architecture());
        }
        store.refer(target.digest(), here);
    }

    private static void readDockerSave(ContentStore store, Found found) throws IOException {
        byte[] listing = bytes(found, "manifest.json");
        JsonElement images = JsonParser.parseString(new String(listing, StandardCharsets.UTF_8));
        if (!images.isJsonArray()) {
            throw new IOException("manifest.json is not a list");
        }
        for (JsonObject image : Json.objects(images.getAsJsonArray())) {
            Blob manifest = manifest(store, found, image);
            for (String tag : Json.strings(image, "RepoTags")) {
                found.names.put(ImageNames.full(tag), manifest);
            }
        }
    }

    private static Blob manifest(ContentStore store, Found found, JsonObject image)
            throws IOException {
        List<Blob> parts = new ArrayList<>();
        Blob config = stored(found, Json.string(image, "Config"));
        parts.add(new Blob(CONFIG, config.digest(), config.size()));
        for (String layer : Json.strings(image, "Layers")) {
            parts.add(stored(found, layer));
        }
        Blob manifest = store.write(MANIFEST, OciDocuments.manifest(parts));
        store.refer(manifest.digest(), parts);
        return manifest;
    }

    private static Blob stored(Found found, String path) throws IOException {
        Blob blob = found.file(path);
        if (blob == null) {
            throw new IOException(path + " is named in manifest.json and is not there");
        }
        return blob;
    }

    private static void requireAll(Found found, Collection<Blob> parts) throws IOException {
        Set<String> present = new LinkedHashSet<>();
        found.blobs.values().forEach(blob -> present.add(blob.digest()));
        for (Blob part : parts) {
            if (!present.contains(part.digest())) {
                throw new IOException("blob " + part.digest() + " is not in it");
            }
        }
    }

    private static JsonObject parse(Found found, String document) throws IOException {
        return Json.object(new String(bytes(found, document), StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Found found, String document) throws IOException {
        byte[] bytes = found.documents.get(document);
        if (bytes == null) {
            throw new IOException(document + " is not in it");
        }
        return bytes;
    }

    /// A link's target as a path of the archive; symbolic ones are relative to their folder.
    private static String target(TarReader.Entry link) {
        if (link.type() == '1') {
            return link.linkName();
        }
        Path at = Path.of("/" + link.name());
        return at.resolveSibling(link.linkName()).normalize().toString().substring(1);
    }

    private void awaitKnown(Collection<String> names, Predicate<String> isKnown) {
        try {
            for (String name : names) {
                for (int check = 0; check < NAME_CHECKS && !isKnown.test(name); check++) {
                    ticker.sleep(Duration.ofMillis(1L << check));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerRuntimeException(Code.CANCELLED, WHAT, "interrupted", e);
        }
    }

    private static ContainerRuntimeException invalid(String words, @Nullable Throwable cause) {
        return new ContainerRuntimeException(Code.INVALID_ARGUMENT, WHAT, words, cause);
    }
}
