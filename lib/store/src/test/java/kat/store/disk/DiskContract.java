package kat.store.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [Disk] does.
public abstract class DiskContract {

    private Disk disk;

    protected abstract Disk make() throws IOException;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = make();
    }

    @Test
    void aNewDiskIsEmpty() throws IOException {
        try (Disk.Claim _ = disk.claim()) {
            assertEquals(List.of(), disk.list());
        }
    }

    @Test
    void aClaimIsExclusiveUntilItIsClosed() throws IOException {
        try (Disk.Claim _ = disk.claim()) {
            assertThrows(IOException.class, () -> disk.claim());
        }
        disk.claim().close();
    }

    @Test
    void aFileHoldsWhatWasWrittenWhereItWasWritten() throws IOException {
        try (Disk.Claim _ = disk.claim();
                DiskFile file = disk.create("a")) {
            file.write(2, bytes("cd"));
            file.write(0, bytes("ab"));
            file.write(6, bytes("gh"));
            file.force();

            assertEquals(8, file.size());
            assertEquals("abcd\0\0gh", read(file, 0, 8));
            assertEquals("gh", read(file, 6, 100));
            assertEquals("", read(file, 9, 5));
        }
    }

    @Test
    void anInterruptedThreadReadsAndWritesAsAnyOther() throws IOException {
        try (Disk.Claim _ = disk.claim();
                DiskFile file = disk.create("a")) {
            Thread.currentThread().interrupt();
            file.write(0, bytes("ab"));
            file.force();

            assertEquals("ab", read(file, 0, 2));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void truncatingCutsAndNeverGrows() throws IOException {
        try (Disk.Claim _ = disk.claim();
                DiskFile file = disk.create("a")) {
            file.write(0, bytes("abcd"));
            file.truncate(2);
            file.truncate(3);
            file.write(4, bytes("e"));

            assertEquals("ab\0\0e", read(file, 0, 9));
        }
    }

    @Test
    void namesAreListedSortedAndChangeByRenameAndDelete() throws IOException {
        try (Disk.Claim _ = disk.claim()) {
            for (String name : List.of("c", "a", "b")) {
                try (DiskFile file = disk.create(name)) {
                    file.write(0, bytes(name));
                }
            }
            disk.rename("c", "a");
            disk.delete("b");
            disk.delete("never there");
            disk.forceNames();

            assertEquals(List.of("a"), disk.list());
            try (DiskFile file = disk.open("a")) {
                assertEquals("c", read(file, 0, 5));
            }
        }
    }

    @Test
    void aNameIsTakenOnce() throws IOException {
        try (Disk.Claim _ = disk.claim()) {
            disk.create("a").close();

            assertThrows(FileAlreadyExistsException.class, () -> disk.create("a"));
            assertThrows(IOException.class, () -> disk.open("b"));
        }
    }

    @Test
    void aClosedFileIsRefused() throws IOException {
        try (Disk.Claim _ = disk.claim()) {
            DiskFile file = disk.create("a");
            file.close();

            assertThrows(IOException.class, () -> file.write(0, bytes("x")));
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String read(DiskFile file, long offset, int most) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(most);
        int count = file.read(offset, into);
        return new String(into.array(), 0, count, UTF_8);
    }
}
