package kat.kubelet.volumes;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.function.Function;

/// How full a file system is, in bytes and in files, through the C library: Java does not tell of
/// files.
///
/// **Threads:** any.
///
/// **Source:** `statvfs(3)`; on Linux with 64 bits all its first fields are of 8 bytes.
public final class FileSystems {

    private static final long STATVFS_BYTES = 256;
    private static final long UNIT_OFFSET = 8;
    private static final long BLOCKS_OFFSET = 16;
    private static final long FREE_BLOCKS_OFFSET = 24;
    private static final long AVAILABLE_BLOCKS_OFFSET = 32;
    private static final long FILES_OFFSET = 40;
    private static final long FREE_FILES_OFFSET = 48;
    private static final long FREE_OFFSET = 56;

    private final MethodHandle statvfs = find();

    /// @param free for others than root too
    /// @param total 0 where none are counted
    public record Inodes(long free, long total) {}

    // There is no way to these figures in Java but through the C library.
    @SuppressWarnings("restricted")
    private static MethodHandle find() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("statvfs"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    public Inodes inodes(Path folder) throws IOException {
        return ask(
                folder,
                told ->
                        new Inodes(
                                told.get(ValueLayout.JAVA_LONG, FREE_OFFSET),
                                told.get(ValueLayout.JAVA_LONG, FILES_OFFSET)));
    }

    /// @param folder anything on the file system
    public Fill fill(Path folder) throws IOException {
        return ask(
                folder,
                told -> {
                    long unit = told.get(ValueLayout.JAVA_LONG, UNIT_OFFSET);
                    long blocks = told.get(ValueLayout.JAVA_LONG, BLOCKS_OFFSET);
                    long free = told.get(ValueLayout.JAVA_LONG, FREE_BLOCKS_OFFSET);
                    long available = told.get(ValueLayout.JAVA_LONG, AVAILABLE_BLOCKS_OFFSET);
                    long files = told.get(ValueLayout.JAVA_LONG, FILES_OFFSET);
                    long freeFiles = told.get(ValueLayout.JAVA_LONG, FREE_FILES_OFFSET);
                    return new Fill(
                            new Fill.Amount(
                                    blocks * unit, (blocks - free) * unit, available * unit),
                            new Fill.Amount(files, files - freeFiles, freeFiles));
                });
    }

    private <T> T ask(Path folder, Function<MemorySegment, T> reading) throws IOException {
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
            return reading.apply(told);
        }
    }
}
