package kat.store;

import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Every key with its versions: by hash for single reads, in order for ranges.
///
/// A write to a known key touches neither map, only the key's slot; a range at an old revision
/// walks the same ordered map and follows each slot's versions back, so no snapshot of the map is
/// ever made. Cost: get O(1); range O(log n + keys in it); about 150 bytes a key.
///
/// **Threads:** one writer, any readers.
final class Index {

    private final ConcurrentMap<String, Slot> byKey = new ConcurrentHashMap<>();
    private final ConcurrentNavigableMap<String, Slot> ordered = new ConcurrentSkipListMap<>();

    /// A key's place: its newest version.
    static final class Slot {
        private volatile Version newest;

        Slot(Version newest) {
            this.newest = newest;
        }

        /// What the key was at `revision`: the newest version not after it; null when none is.
        @Nullable Version at(long revision) {
            Version version = newest;
            while (version != null && version.revision > revision) {
                version = version.older;
            }
            return version;
        }

        Version newest() {
            return newest;
        }
    }

    @Nullable Slot slot(String key) {
        return byKey.get(key);
    }

    /// The slots of `keys` in order. They may include keys absent at the revision one looks for.
    Iterator<Slot> slots(KeyRange keys) {
        String to = keys.to();
        return (to == null
                        ? ordered.tailMap(keys.from(), true)
                        : ordered.subMap(keys.from(), true, to, false))
                .values()
                .iterator();
    }

    /// Makes `entry` what `key` is from `revision` on; null deletes it. For the writer.
    ///
    /// @return the version made
    Version write(String key, long revision, @Nullable Entry entry) {
        Slot slot = byKey.get(key);
        if (slot == null) {
            Version first = new Version(revision, entry, null);
            Slot made = new Slot(first);
            byKey.put(key, made);
            ordered.put(key, made);
            return first;
        }
        Version next = new Version(revision, entry, slot.newest);
        slot.newest = next;
        return next;
    }

    /// Forgets what `version` superseded, and the key itself when the version is a delete and still
    /// the newest. For the writer, once no revision before the version's may be read.
    void forgetBefore(String key, Version version) {
        version.older = null;
        if (version.entry == null) {
            Slot slot = byKey.get(key);
            if (slot != null && slot.newest == version) {
                byKey.remove(key);
                ordered.remove(key);
            }
        }
    }
}
