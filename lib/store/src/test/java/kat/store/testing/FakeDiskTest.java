package kat.store.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.base.Randomness;
import kat.store.disk.Disk;
import kat.store.disk.DiskContract;
import kat.store.disk.DiskFile;
import org.junit.jupiter.api.Test;

class FakeDiskTest extends DiskContract {

    private static final int SIZE = 2048;

    @Override
    protected Disk make() {
        return new FakeDisk(Randomness.seeded(1));
    }

    @Test
    void aCrashKeepsWhatWasForcedAndAnySectorsOfTheRest() throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            FakeDisk disk = new FakeDisk(Randomness.seeded(seed));
            try (DiskFile file = disk.create("a")) {
                file.write(0, filled(1));
                file.force();
                disk.forceNames();
                file.write(0, filled(2));
            }
            disk.crash();
            byte[] after = read(disk);
            for (int i = 0; i < SIZE; i++) {
                assertEquals(after[i / 512 * 512], after[i], "a sector is old or new");
            }
            outcomes.add("" + after[0] + after[512] + after[1024] + after[1536]);
        }

        assertTrue(outcomes.containsAll(Set.of("1111", "2222", "1212")), outcomes.toString());
    }

    @Test
    void aCrashMayForgetNamesNotForced() throws IOException {
        Set<List<String>> outcomes = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            FakeDisk disk = new FakeDisk(Randomness.seeded(seed));
            disk.create("a").close();
            disk.crash();
            outcomes.add(disk.list());
        }

        assertEquals(Set.of(List.of(), List.of("a")), outcomes);
    }

    @Test
    void aForceThatFailedIsNotMadeGoodByTheNext() throws IOException {
        int lost = 0;
        for (int seed = 0; seed < 50; seed++) {
            FakeDisk disk = new FakeDisk(Randomness.seeded(seed));
            try (DiskFile file = disk.create("a")) {
                file.write(0, filled(1));
                file.force();
                disk.forceNames();
                file.write(0, filled(2));
                disk.failAt(0);
                assertThrows(IOException.class, file::force);
                file.force();
            }
            assertEquals(2, read(disk)[0], "still to be read");
            disk.crash();
            lost += read(disk)[0] == 1 ? 1 : 0;
        }

        assertTrue(lost > 0, "some was lost");
    }

    @Test
    void aFullDiskTakesWhatDoesNotGrow() throws IOException {
        FakeDisk disk = new FakeDisk(Randomness.seeded(1));
        try (DiskFile file = disk.create("a")) {
            file.write(0, filled(1));
            disk.fill();

            file.write(0, filled(2));
            assertThrows(IOException.class, () -> file.write(1, filled(3)));
            assertThrows(IOException.class, () -> disk.create("b"));
            disk.heal();
            file.write(SIZE, filled(4));
        }
    }

    private static ByteBuffer filled(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE);
        while (bytes.hasRemaining()) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    private static byte[] read(FakeDisk disk) throws IOException {
        try (DiskFile file = disk.open("a")) {
            ByteBuffer into = ByteBuffer.allocate(SIZE);
            file.read(0, into);
            return into.array();
        }
    }
}
