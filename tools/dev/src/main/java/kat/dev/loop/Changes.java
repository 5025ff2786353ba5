package kat.dev.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which files are other than when they were looked at last, by their times and sizes.
///
/// **Threads:** one owner.
public final class Changes {

    private Map<Path, Seen> seen = new HashMap<>();

    private record Seen(long modified, long size) {}

    /// Looks, and tells what changed, came or went since the last look.
    public SortedSet<Path> look(Collection<Path> files) {
        Map<Path, Seen> now = new HashMap<>();
        for (Path file : files) {
            Seen one = see(file);
            if (one != null) {
                now.put(file, one);
            }
        }
        SortedSet<Path> changed = new TreeSet<>();
        for (Map.Entry<Path, Seen> one : now.entrySet()) {
            if (!Objects.equals(seen.get(one.getKey()), one.getValue())) {
                changed.add(one.getKey());
            }
        }
        for (Path file : seen.keySet()) {
            if (!now.containsKey(file)) {
                changed.add(file);
            }
        }
        seen = now;
        return changed;
    }

    private static @org.jspecify.annotations.Nullable Seen see(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Seen(attributes.lastModifiedTime().toMillis(), attributes.size());
        } catch (IOException gone) {
            return null;
        }
    }
}
