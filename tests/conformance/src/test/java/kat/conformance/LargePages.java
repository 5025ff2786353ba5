package kat.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Pages of 2 MiB that the machine sets aside for a test; fewer where its memory has no room, and
/// none where its kernel knows no such.
final class LargePages implements AutoCloseable {

    private static final Path POOL = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");
    private static final Path COUNT = POOL.resolve("nr_hugepages");

    private final String before;

    private LargePages(String before) {
        this.before = before;
    }

    static LargePages setAside(int count) throws IOException {
        String before = Files.exists(COUNT) ? Files.readString(COUNT).strip() : "";
        if (!before.isEmpty()) {
            Files.writeString(COUNT, Integer.toString(count));
        }
        return new LargePages(before);
    }

    long count() throws IOException {
        return before.isEmpty() ? 0 : Long.parseLong(Files.readString(COUNT).strip());
    }

    /// How many nobody uses.
    long free() throws IOException {
        return Long.parseLong(Files.readString(POOL.resolve("free_hugepages")).strip());
    }

    @Override
    public void close() throws IOException {
        if (!before.isEmpty()) {
            Files.writeString(COUNT, before);
        }
    }
}
