package kat.cli.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.cri.Blob;
import kat.cri.ImageService;
import kat.cri.StoredImage;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {

    private static final String WEB = "docker.io/library/web:1";
    private static final String API = "docker.io/library/api:1";

    @TempDir Path folder;

    private static BundleWriter.Contents contents(ChartFile... charts) {
        ImageService images = runtime().images().present(WEB).present(API);
        SequencedMap<String, StoredImage> open = new TreeMap<>();
        open.put(WEB, images.open(WEB));
        open.put(API, images.open(API));
        return new BundleWriter.Contents(
                "0.1.0",
                "amd64",
                open,
                List.of(charts),
                List.of(new BundleIndex.Named("registry", "0.1.0")));
    }

    private static FakeContainerRuntime runtime() {
        return new FakeContainerRuntime(new SystemTicker(), FakeProgram.FOREVER);
    }

    private Path written(ChartFile... charts) throws IOException {
        Path file = folder.resolve("bundle.tar");
        BundleWriter.Made unused = BundleWriter.write(file, contents(charts));
        return file;
    }

    private BundleException refused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("other.tar"), bytes);
        return assertThrows(BundleException.class, () -> BundleReader.check(file, null));
    }

    @Test
    void holdsWhatWasPutIn() throws IOException {
        BundleWriter.Made made =
                BundleWriter.write(folder.resolve("bundle.tar"), contents(Charts.web("1.0.0")));

        BundleReader.Checked checked = BundleReader.check(folder.resolve("bundle.tar"), null);

        assertEquals(made.digest(), checked.digest());
        assertEquals(made.index(), checked.index());
        assertEquals(
                List.of(API, WEB),
                checked.index().images().stream().map(BundleIndex.Named::name).toList());
        assertEquals(List.of(new BundleIndex.Named("web", "1.0.0")), checked.index().charts());
    }

    @Test
    void isAnImageLayoutForOtherPrograms() throws IOException {
        ImageService other = runtime().images();

        List<String> names =
                other.importArchive(
                        new ByteArrayInputStream(Files.readAllBytes(written(Charts.web("1.0.0")))));

        assertEquals(List.of(API, WEB), names);
    }

    @Test
    void isTheSameEveryTime() throws IOException {
        byte[] first = Files.readAllBytes(written(Charts.web("1.0.0"), Charts.web("2.0.0")));
        byte[] second = Files.readAllBytes(written(Charts.web("2.0.0"), Charts.web("1.0.0")));

        assertArrayEquals(first, second);
    }

    @Test
    void changedBytesAreSeen() throws IOException {
        byte[] sound = Files.readAllBytes(written(Charts.web("1.0.0")));
        int end = sound.length - 1024;

        for (int at = 0; at < end; at += 61) {
            byte[] changed = sound.clone();
            changed[at] ^= 0x20;
            if (isCounted(sound, at)) {
                assertFalse(refused(changed).getMessage().isBlank(), "at " + at);
            }
        }
    }

    /// What pads a file, and what stands behind the digits of a header's check sum, mean nothing.
    private static boolean isCounted(byte[] tar, int at) {
        int header = 0;
        while (true) {
            int size = Integer.parseInt(text(tar, header + 124, 11), 8);
            int content = header + 512;
            int next = content + (size + 511) / 512 * 512;
            if (at < next) {
                return at < content + size && at != header + 154 && at != header + 155;
            }
            header = next;
        }
    }

    private static String text(byte[] from, int at, int length) {
        return new String(from, at, length, StandardCharsets.US_ASCII);
    }

    @Test
    void aBundleThatIsCutOffIsRefusedWhereverItEnds() throws IOException {
        byte[] sound = Files.readAllBytes(written(Charts.web("1.0.0")));

        for (int length = 0; length < sound.length - 2048; length += 257) {
            assertFalse(refused(Arrays.copyOf(sound, length)).getMessage().isBlank());
        }
    }

    @Test
    void whatTheIndexDoesNotKnowIsRefused() throws IOException {
        byte[] sound = Files.readAllBytes(written());
        byte[] more = Files.readAllBytes(written(Charts.web("1.0.0")));
        byte[] both = Arrays.copyOf(sound, sound.length - 1024 + more.length);
        System.arraycopy(more, 0, both, sound.length - 1024, more.length);

        assertEquals(
                "it is damaged: its index does not know kat-bundle.json",
                refused(both).getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "charts/../../etc/passwd",
                "charts/a/b.tgz",
                "/etc/passwd",
                "blobs/sha256/00",
                "blobs/sha256/../../x"
            })
    void noFileLeadsElsewhere(String name) {
        String digest = "sha256:" + "0".repeat(64);
        BundleIndex index =
                new BundleIndex(
                        "0.1.0",
                        "amd64",
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(new BundleIndex.File(name, 0, digest)));

        BundleException refused =
                assertThrows(BundleException.class, () -> BundleIndex.of(index.toJson()));

        assertEquals("its index has no sense at \"" + name + "\"", refused.getMessage());
    }

    @Test
    void anImageThatIsNotWhatItsDigestSaysMakesNoBundle() throws IOException {
        Path file = written();
        byte[] before = Files.readAllBytes(file);
        BundleWriter.Contents contents = contents();
        contents.images().replaceAll((_, image) -> new Damaged(image));

        assertThrows(BundleException.class, () -> BundleWriter.write(file, contents));

        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(List.of(file), files(folder));
    }

    private record Damaged(StoredImage image) implements StoredImage {
        @Override
        public List<Blob> parts() {
            return image.parts();
        }

        @Override
        public void copy(Blob part, OutputStream out) throws IOException {
            out.write(new byte[(int) part.size()]);
        }

        @Override
        public void close() {
            image.close();
        }
    }

    @Test
    void chartsStandOnTheShelfOnlyWhenTheyAreTaken() throws IOException {
        ChartShelf shelf = new ChartShelf(folder.resolve("charts"));
        Path bundle = written(Charts.web("1.0.0"));

        Path dropped = shelf.stage();
        BundleReader.Checked unused = BundleReader.check(bundle, dropped);
        ChartShelf.discard(dropped);
        assertEquals(List.of(), files(shelf.folder()));

        Path staged = shelf.stage();
        unused = BundleReader.check(bundle, staged);
        shelf.take(staged);
        ChartShelf.discard(staged);
        assertEquals(List.of(shelf.folder().resolve("web-1.0.0.tgz")), files(shelf.folder()));
    }

    @Test
    void whatIsBeingCheckedForOneLoadIsNotTakenByAnother() throws IOException {
        ChartShelf shelf = new ChartShelf(folder.resolve("charts"));
        BundleReader.Checked unused =
                BundleReader.check(written(Charts.web("1.0.0")), shelf.stage());

        Path other = shelf.stage();
        shelf.take(other);
        ChartShelf.discard(other);

        assertFalse(Files.exists(shelf.folder().resolve("web-1.0.0.tgz")));
    }

    @Test
    void anInterruptLeavesNoPartOfABundle() throws IOException {
        Thread.currentThread().interrupt();

        assertThrows(IOException.class, () -> written(Charts.web("1.0.0")));

        assertTrue(Thread.interrupted());
        assertEquals(List.of(), files(folder));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void otherVersionsAreNamed() {
        BundleException refused =
                assertThrows(
                        BundleException.class,
                        () -> BundleIndex.of(JsonObject.EMPTY.with("bundleVersion", 7)));

        assertTrue(refused.getMessage().contains("version 7"), refused.getMessage());
    }
}
