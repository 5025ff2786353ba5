package kat.cli.bundle;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.cri.Digests;
import kat.cri.TarReader;
import org.jspecify.annotations.Nullable;

/// Reads a bundle from its first byte to its last, and refuses it unless every file is there, in
/// its place, with the size and the digest that the index says. Nothing of it is used before.
public final class BundleReader {

    private static final int CHUNK = 1 << 16;

    /// A bundle that is sound.
    ///
    /// @param digest of the index, which stands for all that is in it
    public record Checked(BundleIndex index, String digest) {}

    private BundleReader() {}

    /// @param staging where charts are put, by their file names; null for nowhere
    /// @throws BundleException when it is no bundle, or damaged, or cut off
    /// @throws IOException when the file cannot be read, or `staging` not be written to
    public static Checked check(Path file, @Nullable Path staging) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK)) {
            TarReader tar = new TarReader(in);
            byte[] head = head(next(tar), tar);
            BundleIndex index = BundleIndex.of(tree(head));
            for (BundleIndex.File each : index.files()) {
                require(next(tar), each);
                read(tar, each, each.isChart() ? staging : null);
            }
            String digest = Digests.sha256(head);
            byte[] last = digest.getBytes(StandardCharsets.UTF_8);
            BundleIndex.File seal =
                    new BundleIndex.File(
                            BundleIndex.DIGEST_NAME, last.length, Digests.sha256(last));
            require(next(tar), seal);
            read(tar, seal, null);
            TarReader.Entry more = next(tar);
            if (more != null) {
                throw damaged("its index does not know " + more.name());
            }
            return new Checked(index, digest);
        }
    }

    private static void require(TarReader.@Nullable Entry entry, BundleIndex.File wanted) {
        if (entry == null) {
            throw damaged("it ends before " + wanted.name());
        }
        if (!entry.isFile()
                || !entry.name().equals(wanted.name())
                || entry.size() != wanted.size()) {
            throw damaged("it holds " + entry.name() + " where " + wanted.name() + " should be");
        }
    }

    private static byte[] head(TarReader.@Nullable Entry entry, TarReader tar) {
        if (entry == null || !entry.isFile() || !entry.name().equals(BundleIndex.NAME)) {
            throw new BundleException(
                    "it is no bundle of KAT: " + BundleIndex.NAME + " is missing");
        }
        if (entry.size() > BundleIndex.LARGEST) {
            throw damaged("its index is too large");
        }
        byte[] bytes = new byte[(int) entry.size()];
        int count = bytes.length == 0 ? 0 : chunk(tar, bytes);
        if (count != bytes.length) {
            throw damaged("it ends inside its index");
        }
        return bytes;
    }

    private static JsonObject tree(byte[] head) {
        try {
            if (Json.parse(head) instanceof JsonObject tree) {
                return tree;
            }
        } catch (JsonException e) {
            throw new BundleException("it is damaged: its index is no JSON", e);
        }
        throw damaged("its index is no object");
    }

    private static void read(TarReader tar, BundleIndex.File file, @Nullable Path staging)
            throws IOException {
        if (file.isChart() && file.size() > ChartFile.LARGEST) {
            throw damaged(file.name() + " is too large for a chart");
        }
        Measure measure;
        try (OutputStream out =
                staging == null
                        ? OutputStream.nullOutputStream()
                        : Files.newOutputStream(
                                staging.resolve(
                                        file.name().substring(BundleIndex.CHARTS.length())))) {
            measure = new Measure(out);
            byte[] buffer = new byte[CHUNK];
            for (int count = chunk(tar, buffer); count >= 0; count = chunk(tar, buffer)) {
                measure.write(buffer, 0, count);
            }
        }
        String digest = measure.digest();
        if (!digest.equals(file.digest())) {
            throw damaged(file.name() + " does not hold what the index says");
        }
    }

    private static TarReader.@Nullable Entry next(TarReader tar) {
        try {
            return tar.next();
        } catch (IOException e) {
            throw new BundleException("it is no bundle of KAT, or damaged: " + e.getMessage(), e);
        }
    }

    private static int chunk(TarReader tar, byte[] into) {
        try {
            return tar.read(into);
        } catch (IOException e) {
            throw new BundleException("it is damaged: " + e.getMessage(), e);
        }
    }

    private static BundleException damaged(String how) {
        return new BundleException("it is damaged: " + how);
    }
}
