package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kat.dev.config.DevException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives whose indexes are not what their files are.
class ImageArchiveTest {

    @TempDir Path folder;
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private BuiltImage take() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Tar.file(tar, file.getKey(), 0644, file.getValue());
        }
        Tar.end(tar);
        Path archive = Files.write(folder.resolve("image.tar"), tar.toByteArray());
        return ImageArchive.take(archive, new ImageStore(folder.resolve("store")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A file and its descriptor.
    private String blob(String text) {
        String digest = Digest.of(bytes(text));
        files.put("blobs/sha256/" + digest, bytes(text));
        return "{\"digest\":\"sha256:" + digest + "\",\"mediaType\":\"x\",\"size\":1}";
    }

    private static String index(String manifest) {
        return "{\"manifests\":[" + manifest + "]}";
    }

    private String manifest(String layer) {
        return blob("{\"config\":" + blob("{}") + ",\"layers\":[" + layer + "]}");
    }

    private void refused(String reason) {
        DevException fault = assertThrows(DevException.class, this::take);
        assertTrue(String.valueOf(fault.getMessage()).contains(reason), fault.getMessage());
    }

    @Test
    void anIndexOfAnIndexIsFollowed() throws IOException {
        String layer = blob("layer");
        files.put("index.json", bytes(index(blob(index(manifest(layer))))));

        BuiltImage image = take();

        assertEquals(Digest.of(bytes("layer")), image.layers().getFirst().digest());
        assertEquals(5, image.layers().getFirst().size());
    }

    @Test
    void aFileWithOtherContentThanItsDigestSaysIsRefused() {
        String layer = blob("layer");
        files.put("index.json", bytes(index(manifest(layer))));
        files.put("blobs/sha256/" + Digest.of(bytes("layer")), bytes("other"));

        refused("has the content of sha256:" + Digest.of(bytes("other")));
    }

    @Test
    void aLayerThatIsNotThereIsRefused() {
        String layer = blob("layer");
        files.put("index.json", bytes(index(manifest(layer))));
        files.remove("blobs/sha256/" + Digest.of(bytes("layer")));

        refused("is not in it");
    }

    @Test
    void indexesDeepInEachOtherAreRefused() {
        String inner = manifest(blob("layer"));
        for (int i = 0; i < 20; i++) {
            inner = blob(index(inner));
        }
        files.put("index.json", bytes(index(inner)));

        refused("indexes that name indexes");
    }

    @Test
    void otherDigestsAreRefused() {
        files.put("index.json", bytes(index("{\"digest\":\"sha512:ab\"}")));

        refused("the digest sha512:ab is none of SHA-256");
    }
}
