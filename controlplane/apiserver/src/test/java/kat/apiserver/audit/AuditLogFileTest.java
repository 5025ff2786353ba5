package kat.apiserver.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.apiserver.audit.AuditLogFile.Rotation;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogFileTest {

    private static final Instant START = Instant.parse("2026-11-21T16:00:00.000Z");

    private final FakeTicker ticker = new FakeTicker(START);
    private final Folder folder = new Folder();

    /// A folder in memory whose disk can be full.
    private static final class Folder implements LogFolder {
        private final SortedMap<String, StringBuilder> files = new TreeMap<>();
        private boolean isFull;

        @Override
        public Appender append(String name) {
            StringBuilder text = files.computeIfAbsent(name, _ -> new StringBuilder());
            return new Appender() {
                @Override
                public long size() {
                    return text.length();
                }

                @Override
                public void write(byte[] bytes) throws IOException {
                    if (isFull) {
                        throw new IOException("No space left on device");
                    }
                    text.append(new String(bytes, UTF_8));
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public List<String> names() {
            return List.copyOf(files.keySet());
        }

        @Override
        public void rename(String from, String to) {
            files.put(to, files.remove(from));
        }

        @Override
        public void delete(String name) {
            files.remove(name);
        }
    }

    private AuditLogFile log(int bytes, int backups, Duration age) {
        return new AuditLogFile(folder, "audit.log", new Rotation(bytes, backups, age), ticker);
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(UTF_8);
    }

    @Test
    void putsAFullFileAsideUnderTheTime() {
        AuditLogFile log = log(8, 0, Duration.ZERO);

        assertTrue(log.write(line("one")));
        assertTrue(log.write(line("two")));
        ticker.advance(Duration.ofMillis(1234));
        assertTrue(log.write(line("three")));

        assertEquals(
                "{audit-2026-11-21T16-00-01.234.log=one\ntwo\n, audit.log=three\n}",
                folder.files.toString());
    }

    @Test
    void goesOnWithTheFileOfTheRunBefore() {
        assertTrue(log(12, 0, Duration.ZERO).write(line("one")));

        AuditLogFile again = log(12, 0, Duration.ZERO);
        assertTrue(again.write(line("two")));
        assertTrue(again.write(line("three")));

        assertEquals(
                "{audit-2026-11-21T16-00-00.000.log=one\ntwo\n, audit.log=three\n}",
                folder.files.toString());
    }

    @Test
    void keepsAsManyAsAreWantedAndNoneThatIsTooOld() {
        folder.files.put("other.log", new StringBuilder("not ours"));
        folder.files.put("audit-yesterday.log", new StringBuilder("not ours either"));
        AuditLogFile log = log(2, 2, Duration.ofHours(5));

        for (String text : List.of("a", "b", "c", "d", "e")) {
            assertTrue(log.write(line(text)));
            ticker.advance(Duration.ofHours(1));
        }

        assertEquals(
                List.of(
                        "audit-2026-11-21T19-00-00.000.log",
                        "audit-2026-11-21T20-00-00.000.log",
                        "audit-yesterday.log",
                        "audit.log",
                        "other.log"),
                folder.names());

        ticker.advance(Duration.ofHours(5));
        assertTrue(log.write(line("f")));

        assertEquals(
                List.of(
                        "audit-2026-11-22T02-00-00.000.log",
                        "audit-yesterday.log",
                        "audit.log",
                        "other.log"),
                folder.names());
    }

    @Test
    void losesEventsWhileTheDiskIsFullAndGoesOnAfterwards() {
        AuditLogFile log = log(100, 0, Duration.ZERO);
        folder.isFull = true;
        assertFalse(log.write(line("lost")));
        assertFalse(log.write(line("lost too")));

        folder.isFull = false;

        assertTrue(log.write(line("kept")));
        assertEquals("{audit.log=kept\n}", folder.files.toString());
    }

    @Test
    void anEventLargerThanAFileIsLost() {
        assertFalse(log(3, 0, Duration.ZERO).write(line("large")));
    }

    @Test
    void onlyTheOwnerReadsTheFile(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("logs").resolve("audit.log");
        try (AuditLogFile log = new AuditLogFile(file, new Rotation(6, 0, Duration.ZERO), ticker)) {
            log.start();
            assertTrue(log.write(line("one")));
            assertTrue(log.write(line("two")));
        }

        assertEquals("two\n", Files.readString(file));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    }
}
