package kat.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import kat.base.Randomness;
import kat.store.disk.DiskFile;
import kat.store.log.DamageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever byte of a store's files goes bad, either nothing is lost by it or the store names the
/// place and refuses to start.
class DamageTest {

    private static final int WRITES = 120;
    private static final int STRIDE = 5; // bytes

    @Test
    void aBadByteIsFoundOrHarmless() throws IOException {
        int found = 0;
        Machine machine = written();
        for (String name : machine.disk.list()) {
            int size = sizeOf(machine, name);
            for (int at = 0; at < size; at += STRIDE) {
                machine.disk.flip(name, at);
                if (isFound(machine, name, at)) {
                    found++;
                    machine.disk.kill();
                    machine.disk.flip(name, at); // back again: who refuses changes nothing
                } else {
                    machine = written();
                }
            }
        }

        assertTrue(found > 1000, "found " + found);
    }

    private static boolean isFound(Machine machine, String name, int at) {
        String where = name + " at " + at;
        try {
            machine.start();
        } catch (DamageException e) {
            assertEquals(name, e.file(), where);
            assertTrue(e.offset() <= at, where);
            assertTrue(e.getMessage().contains(name + " is damaged at offset " + e.offset()));
            return true;
        } catch (IOException e) {
            throw new AssertionError(where, e);
        }
        long revision = machine.memory.revision();
        boolean isLast = name.equals(newestLog(machine)) && revision == WRITES;
        assertTrue(isLast || revision == WRITES + 1, () -> where + " revision " + revision);
        for (int i = (int) revision - 5; i <= revision; i++) {
            Entry entry = machine.memory.get("/r/a/k" + (i - 2) % 7);
            assertEquals((byte) (i - 2), entry.bytes()[60], where);
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"log-", "snapshot-"})
    void aMissingFileIsNamed(String word) throws IOException {
        Machine machine = written();
        List<String> names =
                machine.disk.list().stream().filter(name -> name.startsWith(word)).toList();
        String gone = names.getFirst();
        machine.disk.delete(gone);

        DamageException refused = assertThrows(DamageException.class, machine::start);

        assertTrue(refused.getMessage().contains("the file is missing"), refused.getMessage());
    }

    @Test
    void whatTheNewestFileSaysNothingOfIsCleanedAway() throws IOException {
        Machine machine = written();
        machine.disk.create("log-9999999999999999").close();
        machine.disk.create("snapshot.unfinished").close();
        machine.disk.create("log-0000000000000001").close();

        machine.start();

        assertEquals(WRITES + 1, machine.memory.revision());
        List<String> names = machine.disk.list();
        assertTrue(names.stream().noneMatch(name -> name.contains("9999")), names.toString());
        assertTrue(names.stream().noneMatch(name -> name.contains("unf")), names.toString());
    }

    @Test
    void aTornEndIsCutAndWrittenOver() throws IOException {
        Machine machine = written();
        String newest = newestLog(machine);
        try (DiskFile file = machine.disk.open(newest)) {
            file.write(file.size() - 100, ByteBuffer.wrap("garbage".getBytes(UTF_8)));
        }

        machine.start();
        write(machine, 0);
        machine.disk.kill();
        machine.start();

        assertEquals(WRITES + 2, machine.memory.revision());
    }

    private static String newestLog(Machine machine) {
        return machine.disk.list().stream()
                .filter(name -> name.startsWith("log-"))
                .toList()
                .getLast();
    }

    private static int sizeOf(Machine machine, String name) throws IOException {
        try (DiskFile file = machine.disk.open(name)) {
            return (int) file.size();
        }
    }

    /// A store of a snapshot and some log files, its process ended.
    private static Machine written() throws IOException {
        Machine machine = new Machine(Randomness.seeded(3), Machine.smallConfig());
        machine.start();
        for (int i = 0; i < WRITES; i++) {
            write(machine, i);
        }
        machine.disk.kill();
        return machine;
    }

    private static void write(Machine machine, int i) {
        byte[] bytes = new byte[150];
        bytes[60] = (byte) i;
        Change put = new Change.Put("/r/a/k" + i % 7, Value.of(bytes));
        Transaction write = new Transaction(List.of(), List.of(put), Cause.by("x"));
        machine.process(List.of(new Request.Task.Write(write))).getFirst().await();
    }
}
