package kat.kubelet;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// How many files a file system can hold, through the C library: Java does not tell.
///
/// **Threads:** any.
///
/// **Source:** `statvfs(3)`; on Linux with 64 bits all its first fields are of 8 bytes.
final class FileSystems {

    private static final long STATVFS_BYTES = 256;
    private static final long FILES_OFFSET = 40;
    private static final long FREE_OFFSET = 56;

    private final MethodHandle statvfs = find();

    /// @param free for others than root too
    /// @param total 0 where none are counted
    record Inodes(long free, long total) {}

    // There is no way to these figures in Java but through the C library.
    @SuppressWarnings("restricted")
    private static MethodHandle find() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("statvfs"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    Inodes inodes(Path folder) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment told = arena.allocate(STATVFS_BYTES, Long.BYTES);
            int result;
            try {
                result = (int) statvfs.invokeExact(arena.allocateFrom(folder.toString()), told);
            } catch (Throwable impossible) {
                throw new IllegalStateException("the C library cannot be called", impossible);
            }
            if (result != 0) {
                throw new IOException("the file system of " + folder + " cannot be asked");
            }
            return new Inodes(
                    told.get(ValueLayout.JAVA_LONG, FREE_OFFSET),
                    told.get(ValueLayout.JAVA_LONG, FILES_OFFSET));
        }
    }
}
