package kat.dev.build;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.cri.TarReader;
import kat.dev.build.BuiltImage.Blob;
import kat.dev.config.DevException;
import org.jspecify.annotations.Nullable;

/// Takes a builder's archive apart into an [ImageStore]: an OCI image layout or what `docker
/// save` writes, a tar, plain or compressed by gzip. The first image of it counts.
final class ImageArchive {

    private static final int GZIP_1 = 0x1f;
    private static final int GZIP_2 = 0x8b;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int DEEPEST = 4;

    private final ImageStore store;
    private final Map<String, Blob> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    private ImageArchive(ImageStore store) {
        this.store = store;
    }

    /// @throws DevException when the file is no archive of an image
    static BuiltImage take(Path archive, ImageStore store) {
        try {
            return new ImageArchive(store).read(archive);
        } catch (IOException | JsonException | ClassCastException | IllegalArgumentException e) {
            throw new DevException(archive + " is no archive of an image", e);
        }
    }

    private BuiltImage read(Path archive) throws IOException {
        try (InputStream in = plain(Files.newInputStream(archive))) {
            TarReader tar = new TarReader(in);
            for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                if (entry.isFile()) {
                    files.put(entry.name(), store.write("", new Content(tar)));
                } else if (entry.isLink()) {
                    links.put(entry.name(), target(entry));
                }
            }
        }
        if (files.containsKey("manifest.json")) {
            return dockerSave();
        }
        if (files.containsKey("index.json")) {
            return layout();
        }
        throw new IOException("neither index.json nor manifest.json is in it");
    }

    private static InputStream plain(InputStream file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
        in.mark(2);
        boolean isCompressed = in.read() == GZIP_1 && in.read() == GZIP_2;
        in.reset();
        return isCompressed ? new GZIPInputStream(in, BUFFER_BYTES) : in;
    }

    /// The content of the entry that a reader is at.
    private static final class Content extends InputStream {
        private final TarReader tar;
        private final byte[] one = new byte[1];

        Content(TarReader tar) {
            this.tar = tar;
        }

        @Override
        public int read() throws IOException {
            return tar.read(one) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (from == 0 && length == into.length) {
                return tar.read(into);
            }
            byte[] part = new byte[length];
            int count = tar.read(part);
            System.arraycopy(part, 0, into, from, Math.max(0, count));
            return count;
        }
    }

    private static String target(TarReader.Entry link) {
        if (link.type() == '1') {
            return link.linkName();
        }
        Path at = Path.of("/" + link.name());
        return at.resolveSibling(link.linkName()).normalize().toString().substring(1);
    }

    private Blob file(String name) throws IOException {
        String at = name;
        for (int i = 0; i <= links.size() && links.containsKey(at); i++) {
            at = links.getOrDefault(at, at);
        }
        Blob blob = files.get(at);
        if (blob == null) {
            throw new IOException(name + " is not in it");
        }
        return blob;
    }

    private JsonObject document(@Nullable Blob blob) throws IOException {
        if (blob == null) {
            throw new IOException("a document is not in it");
        }
        return (JsonObject) Json.parse(store.read(blob));
    }

    private BuiltImage dockerSave() throws IOException {
        JsonArray images = (JsonArray) Json.parse(store.read(file("manifest.json")));
        if (images.isEmpty()) {
            throw new IOException("it holds no image");
        }
        JsonObject image = images.objects().getFirst();
        Blob config = file(image.string("Config"));
        List<Blob> layers = new ArrayList<>();
        for (String name : image.array("Layers").strings()) {
            Blob layer = file(name);
            layers.add(new Blob(layerType(layer), layer.digest(), layer.size()));
        }
        return new BuiltImage(new Blob(BuiltImage.CONFIG, config.digest(), config.size()), layers);
    }

    private String layerType(Blob layer) throws IOException {
        try (InputStream in = Files.newInputStream(store.path(layer))) {
            boolean isCompressed = in.read() == GZIP_1 && in.read() == GZIP_2;
            return isCompressed ? BuiltImage.LAYER + "+gzip" : BuiltImage.LAYER;
        }
    }

    private BuiltImage layout() throws IOException {
        JsonObject index = document(files.get("index.json"));
        List<JsonObject> manifests = index.array("manifests").objects();
        if (manifests.isEmpty()) {
            throw new IOException("it holds no image");
        }
        JsonObject document = document(blob(manifests.getFirst()));
        for (int depth = 0; document.has("manifests"); depth++) {
            if (depth == DEEPEST) {
                throw new IOException("indexes that name indexes");
            }
            List<JsonObject> platforms = document.array("manifests").objects();
            JsonObject here =
                    platforms.stream()
                            .filter(p -> isHere(p.object("platform").string("architecture")))
                            .findFirst()
                            .orElseThrow(() -> new IOException("nothing for this processor"));
            document = document(blob(here));
        }
        List<Blob> layers = new ArrayList<>();
        for (JsonObject layer : document.array("layers").objects()) {
            layers.add(blob(layer));
        }
        return new BuiltImage(blob(document.object("config")), layers);
    }

    private static boolean isHere(String architecture) {
        String own = System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
        return architecture.isEmpty() || architecture.equals(own);
    }

    /// What a descriptor names, which must have the digest that it says.
    private Blob blob(JsonObject descriptor) throws IOException {
        Blob said = Blob.of(descriptor);
        String digest = descriptor.string("digest");
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw new IOException("the digest " + digest + " is none of SHA-256");
        }
        Blob found = file("blobs/sha256/" + said.digest());
        if (!found.digest().equals(said.digest())) {
            throw new IOException(digest + " has the content of sha256:" + found.digest());
        }
        return new Blob(said.mediaType(), found.digest(), found.size());
    }
}
