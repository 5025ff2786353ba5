package kat.cli.bundle;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.cri.Blob;
import kat.cri.Digests;
import kat.cri.StoredImage;
import kat.cri.TarWriter;

/// Writes a bundle: an OCI image layout in tar, with charts beside it. The same images and charts
/// give the same bytes.
///
/// **Threads:** one.
public final class BundleWriter {

    private static final int READABLE = 0644;
    private static final byte[] LAYOUT = bytes("{\"imageLayoutVersion\":\"1.0.0\"}");

    /// What goes in.
    ///
    /// @param kat the version that makes it
    /// @param images open, by full name
    /// @param addons whose images are in it
    public record Contents(
            String kat,
            String architecture,
            SequencedMap<String, StoredImage> images,
            List<ChartFile> charts,
            List<BundleIndex.Named> addons) {
        public Contents {
            charts = List.copyOf(charts);
            addons = List.copyOf(addons);
        }
    }

    /// What was made.
    ///
    /// @param digest of the index, which stands for all that is in the bundle
    public record Made(BundleIndex index, String digest) {}

    private record Part(StoredImage image, Blob blob) {}

    private final Contents contents;

    /// By digest, so that what images share is there once.
    private final SortedMap<String, Part> blobs = new TreeMap<>();

    private final SortedMap<String, ChartFile> charts = new TreeMap<>();

    private BundleWriter(Contents contents) {
        this.contents = contents;
        contents.images()
                .values()
                .forEach(
                        image ->
                                image.parts()
                                        .forEach(
                                                blob ->
                                                        blobs.putIfAbsent(
                                                                blob.digest(),
                                                                new Part(image, blob))));
        for (ChartFile chart : contents.charts()) {
            ChartFile other = charts.put(BundleIndex.CHARTS + chart.fileName(), chart);
            if (other != null && !other.isSame(chart)) {
                throw new BundleException("two charts are both called " + chart.fileName());
            }
        }
    }

    /// Writes the file in whole or not at all.
    ///
    /// @throws IOException when it cannot be written; what stood there before still does
    /// @throws BundleException when a part of an image is not what its digest says
    public static Made write(Path file, Contents contents) throws IOException {
        BundleWriter writer = new BundleWriter(contents);
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        long process = ProcessHandle.current().pid(); // two may write at once
        Path part = folder.resolve("." + file.getFileName() + "." + process + ".part");
        try {
            Made made;
            // A channel ends at an interrupt, which plain streams of files do not.
            try (FileChannel to =
                            FileChannel.open(
                                    part,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING,
                                    StandardOpenOption.WRITE);
                    OutputStream out =
                            new BufferedOutputStream(Channels.newOutputStream(to), 1 << 16)) {
                made = writer.writeTo(out);
                out.flush();
                to.force(true);
            }
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return made;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Made writeTo(OutputStream out) throws IOException {
        byte[] ociIndex = ociIndex().toBytes();
        BundleIndex index = index(ociIndex);
        byte[] head = index.toJson().toBytes();
        if (head.length > BundleIndex.LARGEST) {
            throw new BundleException("too many images and charts for one bundle");
        }
        write(out, BundleIndex.NAME, head);
        for (BundleIndex.File file : index.files()) {
            ChartFile chart = charts.get(file.name());
            if (file.name().equals(BundleIndex.LAYOUT)) {
                write(out, file.name(), LAYOUT);
            } else if (file.name().equals(BundleIndex.OCI_INDEX)) {
                write(out, file.name(), ociIndex);
            } else if (chart != null) {
                write(out, file.name(), chart.content());
            } else {
                write(out, file);
            }
        }
        String digest = Digests.sha256(head);
        write(out, BundleIndex.DIGEST_NAME, bytes(digest));
        out.write(TarWriter.end());
        return new Made(index, digest);
    }

    private BundleIndex index(byte[] ociIndex) {
        List<BundleIndex.File> files = new ArrayList<>();
        files.add(file(BundleIndex.LAYOUT, LAYOUT));
        files.add(file(BundleIndex.OCI_INDEX, ociIndex));
        charts.forEach((name, chart) -> files.add(file(name, chart.content())));
        for (Part part : blobs.values()) {
            String digest = part.blob().digest();
            String name = BundleIndex.BLOBS + digest.substring(digest.indexOf(':') + 1);
            files.add(new BundleIndex.File(name, part.blob().size(), digest));
        }
        List<BundleIndex.Named> images = new ArrayList<>();
        contents.images()
                .forEach((name, image) -> images.add(new BundleIndex.Named(name, digest(image))));
        List<BundleIndex.Named> named =
                charts.values().stream()
                        .map(chart -> new BundleIndex.Named(chart.name(), chart.version()))
                        .toList();
        return new BundleIndex(
                contents.kat(), contents.architecture(), images, named, contents.addons(), files);
    }

    private static String digest(StoredImage image) {
        return image.parts().getFirst().digest();
    }

    /// The layout's own index, which other programs read.
    private JsonObject ociIndex() {
        List<Json> manifests = new ArrayList<>();
        for (Map.Entry<String, StoredImage> image : contents.images().entrySet()) {
            Blob target = image.getValue().parts().getFirst();
            manifests.add(
                    JsonObject.of(
                                    "mediaType",
                                    Json.of(target.mediaType()),
                                    "digest",
                                    Json.of(target.digest()))
                            .with("size", target.size())
                            .with(
                                    "annotations",
                                    JsonObject.of(
                                            "io.containerd.image.name",
                                            Json.of(image.getKey()),
                                            "org.opencontainers.image.ref.name",
                                            Json.of(image.getKey()))));
        }
        return JsonObject.of("schemaVersion", Json.of(2), "manifests", new JsonArray(manifests));
    }

    private static BundleIndex.File file(String name, byte[] content) {
        return new BundleIndex.File(name, content.length, Digests.sha256(content));
    }

    private static void write(OutputStream out, String name, byte[] content) throws IOException {
        out.write(TarWriter.header(name, READABLE, content.length));
        out.write(content);
        out.write(TarWriter.padding(content.length));
    }

    private void write(OutputStream out, BundleIndex.File file) throws IOException {
        Part part = Objects.requireNonNull(blobs.get(file.digest()));
        out.write(TarWriter.header(file.name(), READABLE, file.size()));
        Measure measure = new Measure(out);
        part.image().copy(part.blob(), measure);
        if (measure.size() != file.size() || !measure.digest().equals(file.digest())) {
            throw new BundleException(
                    "the part " + file.digest() + " of an image is damaged where it was read");
        }
        out.write(TarWriter.padding(file.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
