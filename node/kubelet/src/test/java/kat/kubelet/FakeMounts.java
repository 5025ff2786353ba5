package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import kat.cri.ImageView;
import kat.kubelet.volumes.Mounts;

/// A mount table that only remembers.
final class FakeMounts implements Mounts {

    private final Set<Path> mounted = new ConcurrentSkipListSet<>();
    private final Map<Path, Long> pages = new ConcurrentHashMap<>();
    private volatile boolean keeps;
    private volatile boolean hides;

    /// The next folder that appears elsewhere cannot be looked into.
    void hideNext() {
        hides = true;
    }

    /// From now on nothing can be unmounted.
    void keepAll() {
        keeps = true;
    }

    @Override
    public void tmpfs(Path at, long sizeBytes) {
        mounted.add(at);
    }

    @Override
    public void hugePages(Path at, long pageBytes) {
        mounted.add(at);
        pages.put(at, pageBytes);
    }

    /// The size of the large pages at a folder; 0 for none.
    long pageBytes(Path at) {
        return pages.getOrDefault(at, 0L);
    }

    @Override
    public void bindBelow(Path root, Path path, Path at) throws IOException {
        Files.createDirectories(hides ? at.getParent() : at);
        hides = false;
        mounted.add(at);
    }

    @Override
    public void image(ImageView view, Path at) {
        mounted.add(at);
    }

    @Override
    public void share(Path folder) {}

    @Override
    public void unmount(Path at) {
        if (!keeps) {
            mounted.remove(at);
        }
    }

    @Override
    public List<Path> below(Path folder) {
        return mounted.stream().filter(each -> each.startsWith(folder)).toList();
    }
}
