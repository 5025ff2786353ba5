package kat.dev.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kat.api.json.JsonException;
import kat.dev.build.BuiltImage.Blob;
import kat.dev.config.DevException;
import org.jspecify.annotations.Nullable;

/// Built images on disk: `blobs/DIGEST` for their parts, `images/NAME/INPUTS` for the manifests
/// of what was built from which inputs.
///
/// Of each image the newest [#KEPT] are kept; parts that none refers to go with the others once
/// they are an hour old: until then another process may be about to note or to deliver them.
///
/// **Threads:** any; several processes may use one folder, since files appear whole.
public final class ImageStore {

    static final int KEPT = 4;

    private static final Duration YOUNG = Duration.ofHours(1);
    private static final Duration LONGEST_BUILD = Duration.ofDays(1);
    private static final String PART = ".part";

    private final Path blobs;
    private final Path images;

    public ImageStore(Path folder) {
        blobs = folder.resolve("blobs");
        images = folder.resolve("images");
        try {
            Files.createDirectories(blobs);
            Files.createDirectories(images);
        } catch (IOException e) {
            throw new DevException("cannot make the folder of built images " + folder, e);
        }
    }

    /// A new empty file for a builder's archive, which nothing else uses. The caller removes
    /// it; what a process that was killed left goes a day later, when something is noted.
    Path scratch(String image, String inputs) {
        String prefix = folder(image) + "-" + inputs.substring(0, 16) + "-";
        try {
            return Files.createTempFile(root(), prefix, PART);
        } catch (IOException e) {
            throw new DevException("cannot write to the folder of built images " + root(), e);
        }
    }

    private Path root() {
        return images.resolveSibling("");
    }

    private static String folder(String image) {
        return image.replaceAll("[^\\w.-]", "_");
    }

    /// What was built from inputs before; empty when a part of it is gone. It counts as new
    /// from now on.
    Optional<BuiltImage> find(String image, String inputs, Instant now) {
        Path file = images.resolve(folder(image)).resolve(inputs);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Files.setLastModifiedTime(file, FileTime.from(now));
            BuiltImage found = BuiltImage.of(Files.readAllBytes(file));
            boolean isWhole =
                    Files.exists(path(found.config()))
                            && found.layers().stream().allMatch(l -> Files.exists(path(l)));
            return isWhole ? Optional.of(found) : Optional.empty();
        } catch (IOException | JsonException e) {
            throw new DevException("cannot read what was built of " + image + " in " + file, e);
        }
    }

    /// Notes what was built, and forgets what was built of the image long ago.
    ///
    /// @param now by which the newest are told
    void note(String image, String inputs, BuiltImage built, Instant now) {
        Path folder = images.resolve(folder(image));
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, inputs, PART);
            Files.write(part, built.manifest());
            Files.setLastModifiedTime(part, FileTime.from(now));
            Files.move(part, folder.resolve(inputs), StandardCopyOption.REPLACE_EXISTING);
            forget(folder, now);
            for (Path place : List.of(root(), folder)) {
                sweep(place, now.minus(LONGEST_BUILD));
            }
        } catch (IOException e) {
            throw new DevException("cannot note what was built of " + image, e);
        }
    }

    /// Removes what processes began before and did not end.
    private static void sweep(Path folder, Instant before) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(PART)).toList()) {
                if (age(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void forget(Path folder, Instant now) throws IOException {
        List<Path> notes = new ArrayList<>(list(folder));
        if (notes.size() <= KEPT) {
            return;
        }
        notes.sort(Comparator.comparing(ImageStore::age).reversed());
        for (Path old : notes.subList(KEPT, notes.size())) {
            Files.deleteIfExists(old);
        }
        Set<String> used = new HashSet<>();
        for (Path image : list(images)) {
            for (Path note : list(image)) {
                BuiltImage built = noted(note);
                if (built != null) {
                    used.add(built.config().digest());
                    built.layers().forEach(layer -> used.add(layer.digest()));
                }
            }
        }
        Instant old = now.minus(YOUNG);
        try (Stream<Path> all = Files.list(blobs)) {
            for (Path blob : all.toList()) {
                boolean isUsed = used.contains(String.valueOf(blob.getFileName()));
                if (!isUsed && age(blob).toInstant().isBefore(old)) {
                    Files.deleteIfExists(blob);
                }
            }
        }
    }

    /// Null when another process has forgotten it meanwhile.
    private static @Nullable BuiltImage noted(Path note) throws IOException {
        try {
            return BuiltImage.of(Files.readAllBytes(note));
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    private static FileTime age(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(PART)).toList();
        }
    }

    Path path(Blob blob) {
        return blobs.resolve(blob.digest());
    }

    byte[] read(Blob blob) {
        try {
            return Files.readAllBytes(path(blob));
        } catch (IOException e) {
            throw new DevException("cannot read a part of an image", e);
        }
    }

    Blob write(String mediaType, byte[] bytes) {
        try {
            return write(mediaType, new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new DevException("cannot write to the folder of built images " + blobs, e);
        }
    }

    /// @param content read to its end
    Blob write(String mediaType, InputStream content) throws IOException {
        Path part = Files.createTempFile(blobs, "blob", PART);
        MessageDigest digest = Digest.sha256();
        long size = 0;
        try (OutputStream out = Files.newOutputStream(part)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
                size += n;
            }
        }
        Blob blob = new Blob(mediaType, HexFormat.of().formatHex(digest.digest()), size);
        Files.move(part, path(blob), StandardCopyOption.REPLACE_EXISTING);
        return blob;
    }
}
