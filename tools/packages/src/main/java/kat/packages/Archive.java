package kat.packages;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.GZIPInputStream;

/// A chart's archive: files in tar in gzip.
final class Archive {

    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int TYPE = 156;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int OCTAL = 8;
    private static final long LARGEST = 64L * 1024 * 1024;

    private Archive() {}

    /// The files by path, in order; folders and links are left out.
    ///
    /// @throws IOException when it is no such archive, or too large
    static SequencedMap<String, byte[]> files(Path archive) throws IOException {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        long all = 0;
        try (InputStream in =
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            String longName = "";
            for (byte[] head = in.readNBytes(BLOCK);
                    head.length == BLOCK && head[0] != 0;
                    head = in.readNBytes(BLOCK)) {
                int size = size(head);
                all += size;
                if (size < 0 || all > LARGEST) {
                    throw new IOException("the archive is larger than " + LARGEST + " bytes");
                }
                byte[] content = in.readNBytes(size);
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
                switch (head[TYPE]) {
                    case 'x' -> longName = pathOfPax(content);
                    case 'L' -> longName = new String(content, StandardCharsets.UTF_8).strip();
                    case '0', 0 -> {
                        files.put(longName.isEmpty() ? name(head) : longName, content);
                        longName = "";
                    }
                    default -> longName = "";
                }
            }
        }
        return files;
    }

    /// Writes the files below a folder.
    ///
    /// @throws IOException also when a path leads out of it
    static void unpack(Path archive, Path folder) throws IOException {
        Path root = folder.toAbsolutePath().normalize();
        for (Map.Entry<String, byte[]> file : files(archive).entrySet()) {
            Path path = root.resolve(file.getKey()).normalize();
            Path parent = path.getParent();
            if (!path.startsWith(root) || parent == null) {
                throw new IOException("chart contains illegally named files");
            }
            Files.createDirectories(parent);
            Files.write(path, file.getValue());
        }
    }

    private static int size(byte[] head) throws IOException {
        String octal = text(head, SIZE, SIZE_LENGTH).strip();
        try {
            return octal.isEmpty() ? 0 : Integer.parseInt(octal, OCTAL);
        } catch (NumberFormatException e) {
            throw new IOException("no archive of a chart", e);
        }
    }

    private static String name(byte[] head) {
        String prefix = text(head, PREFIX, PREFIX_LENGTH);
        String name = text(head, 0, NAME);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] head, int from, int length) {
        int end = from;
        while (end < from + length && head[end] != 0) {
            end++;
        }
        return new String(head, from, end - from, StandardCharsets.UTF_8);
    }

    /// The `path` of lines such as `18 path=a/b`.
    private static String pathOfPax(byte[] content) {
        for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
            int at = line.indexOf(" path=");
            if (at > 0) {
                return line.substring(at + " path=".length());
            }
        }
        return "";
    }
}
