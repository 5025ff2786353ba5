package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Changes the files of a folder all at once: they live in a folder named by the time, `..data`
/// points to it, and what users see are links through `..data`. Turning `..data` is one rename.
///
/// ```
/// volume/..2026_01_02_03_04_05.000000001/key
/// volume/..data -> ..2026_01_02_03_04_05.000000001
/// volume/key -> ..data/key
/// ```
///
/// **Source:** `pkg/volume/util/atomic_writer.go`.
final class AtomicWriter {

    private static final String DATA = "..data";
    private static final String DATA_NEXT = "..data_tmp";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("'..'yyyy_MM_dd_HH_mm_ss.nnnnnnnnn")
                    .withZone(ZoneOffset.UTC);

    private final Path folder;

    /// One file: its permission bits, and the user id of its owner, negative to leave it.
    static final class Entry {

        private final byte[] content;
        private final int mode;
        private final int owner;

        Entry(byte[] content, int mode, int owner) {
            this.content = content;
            this.mode = mode;
            this.owner = owner;
        }

        byte[] content() {
            return content;
        }

        int mode() {
            return mode;
        }

        int owner() {
            return owner;
        }
    }

    AtomicWriter(Path folder) {
        this.folder = folder;
    }

    /// @param files by relative path
    /// @param group that owns them; negative to leave it
    /// @return whether anything had to be changed
    boolean write(SortedMap<String, Entry> files, int group, Instant now) throws IOException {
        Path data = folder.resolve(DATA);
        Path old = Files.isSymbolicLink(data) ? folder.resolve(Files.readSymbolicLink(data)) : null;
        if (old != null && holds(old, files)) {
            return false;
        }
        Path fresh = folder.resolve(STAMP.format(now));
        Files.createDirectories(fresh);
        Unix.setMode(fresh, 0755);
        for (Map.Entry<String, Entry> file : files.entrySet()) {
            writeFile(fresh.resolve(file.getKey()), file.getValue());
        }
        if (group >= 0) {
            Unix.giveToGroup(fresh, group, true);
        }
        Path next = folder.resolve(DATA_NEXT);
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, fresh.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        link(files.keySet());
        if (old != null && !old.equals(fresh)) {
            Trees.delete(old);
        }
        return true;
    }

    private static void writeFile(Path file, Entry entry) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, entry.content());
        Unix.setMode(file, entry.mode());
        if (entry.owner() >= 0) {
            Unix.setOwner(file, entry.owner());
        }
    }

    private static boolean holds(Path old, SortedMap<String, Entry> files) throws IOException {
        SortedMap<String, Path> present = new TreeMap<>();
        try (Stream<Path> all = Files.walk(old)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                present.put(old.relativize(file).toString(), file);
            }
        }
        if (!present.keySet().equals(files.keySet())) {
            return false;
        }
        for (Map.Entry<String, Path> file : present.entrySet()) {
            Entry wanted = files.get(file.getKey());
            if (wanted == null
                    || !Arrays.equals(wanted.content(), Files.readAllBytes(file.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private void link(Set<String> paths) throws IOException {
        Set<String> wanted = new TreeSet<>();
        for (String path : paths) {
            wanted.add(Path.of(path).getName(0).toString());
        }
        List<Path> present;
        try (Stream<Path> all = Files.list(folder)) {
            present = all.toList();
        }
        for (Path each : present) {
            String name = each.getFileName().toString();
            if (!name.startsWith("..") && !wanted.contains(name)) {
                Trees.delete(each);
            }
        }
        for (String name : wanted) {
            Path link = folder.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
    }
}
