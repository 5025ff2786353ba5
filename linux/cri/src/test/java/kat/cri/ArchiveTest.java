package kat.cri;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

    private static final byte[] TEXT = "some text".getBytes(StandardCharsets.UTF_8);

    @Test
    void readsWhatItWroteEntryByEntry() throws IOException {
        byte[] tar =
                new TarWriter().file("a", 0644, TEXT).file("b/c", 0755, new byte[600]).finish();
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        byte[] content = new byte[TEXT.length];

        TarReader.Entry first = reader.next();
        reader.read(content);
        TarReader.Entry second = reader.next();

        assertEquals(new TarReader.Entry("a", '0', TEXT.length, ""), first);
        assertArrayEquals(TEXT, content);
        assertEquals(new TarReader.Entry("b/c", '0', 600, ""), second);
        assertNull(reader.next());
    }

    @Test
    void partsLongNamesAtAFolder() throws IOException {
        String name = "a".repeat(80) + "/" + "b".repeat(80) + "/c";
        byte[] tar = new TarWriter().file(name, 0644, TEXT).finish();

        assertEquals(
                new TarReader.Entry(name, '0', TEXT.length, ""),
                new TarReader(new ByteArrayInputStream(tar)).next());
        assertThrows(
                IllegalArgumentException.class,
                () -> TarWriter.header("d".repeat(101), 0644, TEXT.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999 path=a\n", "x path=a\n", "3 \n", "10 nothing\n", "-1 a=b\n"})
    void refusesADamagedPaxHeader(String records) {
        byte[] content = records.getBytes(StandardCharsets.UTF_8);
        byte[] tar = new TarWriter().file("pax", 0644, content).finish();
        tar[156] = 'x';
        reckon(tar);

        assertThrows(IOException.class, () -> new TarReader(new ByteArrayInputStream(tar)).next());
    }

    /// Writes the check sum of the first header anew.
    private static void reckon(byte[] tar) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : tar[i] & 0xff;
        }
        byte[] octal = String.format("%06o", sum).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(octal, 0, tar, 148, octal.length);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx:latest",
        "nginx:1.27@sha256:00, docker.io/library/nginx@sha256:00",
        "localhost:5000/a@sha256:00, localhost:5000/a@sha256:00",
        "localhost:5000/a:2@sha256:00, localhost:5000/a@sha256:00"
    })
    void keepsTheDigestOfATaggedName(String written, String stored) {
        assertEquals(stored, ImageNames.stored(written));
    }

    @Test
    void refusesWhatIsNoTar() {
        byte[] noise = new byte[1024];
        noise[0] = 'x';

        assertThrows(
                IOException.class, () -> new TarReader(new ByteArrayInputStream(noise)).next());
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx:latest",
        "nginx:1.27, docker.io/library/nginx:1.27",
        "team/app, docker.io/team/app:latest",
        "docker.io/nginx, docker.io/library/nginx:latest",
        "localhost:5000/a/b:1, localhost:5000/a/b:1",
        "localhost/a, localhost/a:latest",
        "registry.example/a@sha256:00, registry.example/a@sha256:00",
        "sha256:00, sha256:00",
        "kat.local/pause:1, kat.local/pause:1"
    })
    void completesNamesAsDockerDoes(String written, String full) {
        assertEquals(full, ImageNames.full(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"amd64", "arm64"})
    void makesAnElfThatStartsBehindItsHeaders(String architecture) {
        byte[] program = PauseImage.program(architecture);
        ByteBuffer elf = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);

        assertEquals(0x464c457f, elf.getInt(0));
        assertEquals(architecture.equals("amd64") ? 62 : 183, elf.getShort(18));
        assertEquals(0x400078, elf.getLong(24));
        assertEquals(program.length, elf.getLong(96));
    }

    @Test
    void hasNoPauseProgramForOtherProcessors() {
        assertThrows(IllegalArgumentException.class, () -> PauseImage.archive("mips"));
    }
}
