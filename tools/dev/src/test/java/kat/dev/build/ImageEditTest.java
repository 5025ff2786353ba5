package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageEditTest {

    private static final String AGENT =
            "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:5005";

    @TempDir Path folder;

    private List<String> variables(String before) {
        ImageStore store = new ImageStore(folder.resolve("store"));
        byte[] config =
                ("{\"config\":{\"Env\":[" + before + "]},\"os\":\"linux\"}")
                        .getBytes(StandardCharsets.UTF_8);
        BuiltImage image = new BuiltImage(store.write(BuiltImage.CONFIG, config), List.of());

        BuiltImage changed = ImageEdit.debuggable(image, store, 5005);

        JsonObject after = (JsonObject) Json.parse(store.read(changed.config()));
        assertEquals("linux", after.string("os"));
        return after.object("config").array("Env").strings();
    }

    @Test
    void tellsJavaToListenForDebuggers() {
        assertEquals(List.of("A=b", "JAVA_TOOL_OPTIONS=" + AGENT), variables("\"A=b\""));
        assertEquals(
                List.of("JAVA_TOOL_OPTIONS=-Xmx1g " + AGENT),
                variables("\"JAVA_TOOL_OPTIONS=-Xmx1g\""));
    }

    @Test
    void unpacksClassesAndJarsToCompileAgainst() throws IOException {
        ImageStore store = new ImageStore(folder.resolve("store"));
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        Map<String, String> files =
                Map.of(
                        "app/classes/a/B.class", "class",
                        "app/libs/x.jar", "jar",
                        "app/classes/../../escape.class", "no",
                        "app/resources/a.txt", "text");
        for (Map.Entry<String, String> file : files.entrySet()) {
            byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
            layer.writeBytes(Tar.header(file.getKey(), content.length));
            layer.writeBytes(content);
            layer.writeBytes(new byte[512 - content.length]);
        }
        layer.writeBytes(new byte[1024]);
        BuiltImage image =
                new BuiltImage(
                        store.write(BuiltImage.CONFIG, new byte[] {'{', '}'}),
                        List.of(store.write(BuiltImage.LAYER, layer.toByteArray())));
        Path to = folder.resolve("unpacked");

        List<Path> paths = ImageClasses.unpack(image, store, to);

        assertEquals(List.of(to.resolve("classes"), to.resolve("x.jar")), paths);
        assertEquals("class", Files.readString(to.resolve("classes/a/B.class")));
        try (var all = Files.walk(folder)) {
            assertEquals(0, all.filter(file -> file.endsWith("escape.class")).count());
        }
    }
}
