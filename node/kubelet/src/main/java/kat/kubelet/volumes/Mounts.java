package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kat.cri.ImageView;

/// What volumes need of the kernel's mount table. [LinuxMounts] is the real one.
///
/// **Threads:** any.
public interface Mounts {

    /// Mounts a file system in memory.
    ///
    /// @param sizeBytes at most; 0 for half of the machine's memory
    void tmpfs(Path at, long sizeBytes) throws IOException;

    /// Mounts a file system in large pages.
    ///
    /// @param pageBytes the size of a page; the kernel must have such
    void hugePages(Path at, long pageBytes) throws IOException;

    /// Makes what is found at `path` below `root` appear at `at`, without following any symbolic
    /// link on the way; folders that are missing are made with the permissions of `root`.
    ///
    /// @param path relative, without `..`
    void bindBelow(Path root, Path path, Path at) throws IOException;

    /// Mounts the files of an image: nothing of it can be changed or run as a program.
    void image(ImageView view, Path at) throws IOException;

    /// Lets what is mounted below a folder, here or in a container that shares it, be seen on both
    /// sides; harmless where that is so already.
    void share(Path folder) throws IOException;

    void unmount(Path at) throws IOException;

    /// What is mounted at or below a folder, the deepest first.
    List<Path> below(Path folder) throws IOException;
}
