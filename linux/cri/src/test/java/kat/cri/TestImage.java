package kat.cri;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// An image with nothing but the machine's own static busybox, as `docker save` would write it.
final class TestImage {

    static final String NAME = "kat.local/test/busybox:1";
    static final Path BUSYBOX = Path.of("/bin/busybox");

    private static final List<String> APPLETS =
            List.of("sh", "cat", "echo", "sleep", "id", "ls", "nc", "head", "tail", "stty", "env");

    private TestImage() {}

    static InputStream archive() throws IOException {
        return archive(NAME, "");
    }

    /// @param mark makes the image differ from others
    static InputStream archive(String name, String mark) throws IOException {
        return archive(name, mark, "one/layer.tar");
    }

    /// With its layer compressed, as Jib writes it.
    static InputStream compressed(String name) throws IOException {
        return archive(name, "compressed", "layer.tar.gz");
    }

    private static InputStream archive(String name, String mark, String file) throws IOException {
        byte[] busybox = Files.readAllBytes(BUSYBOX);
        TarWriter layer = new TarWriter().file("bin/busybox", 0755, busybox);
        for (String applet : APPLETS) {
            layer.file("bin/" + applet, 0755, script(applet));
        }
        layer.file("etc/passwd", 0644, text("root:x:0:0::/:/bin/sh\nweb:x:101:102::/:/bin/sh\n"));
        layer.file("etc/group", 0644, text("root:x:0:\nweb:x:102:\n"));
        layer.file("tmp/.keep", 0644, text(mark));
        byte[] rootfs = layer.finish();
        byte[] config = config(Digests.sha256(rootfs));
        JsonObject image = new JsonObject();
        image.addProperty("Config", "config.json");
        image.add("RepoTags", list(name));
        image.add("Layers", list(file));
        JsonArray manifest = new JsonArray();
        manifest.add(image);
        return new ByteArrayInputStream(
                new TarWriter()
                        .file("config.json", 0644, config)
                        .file(file, 0644, file.endsWith(".gz") ? gzip(rootfs) : rootfs)
                        .file("manifest.json", 0644, text(manifest.toString()))
                        .finish());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] script(String applet) {
        return text("#!/bin/busybox sh\nexec /bin/busybox " + applet + " \"$@\"\n");
    }

    private static byte[] config(String layer) {
        JsonObject process = new JsonObject();
        process.add("Env", list("PATH=/bin"));
        process.add("Cmd", list("/bin/busybox", "sh"));
        JsonObject rootfs = new JsonObject();
        rootfs.addProperty("type", "layers");
        rootfs.add("diff_ids", list(layer));
        JsonObject config = new JsonObject();
        config.addProperty("architecture", Machine.architecture());
        config.addProperty("os", "linux");
        config.add("config", process);
        config.add("rootfs", rootfs);
        return text(config.toString());
    }

    private static JsonArray list(String... items) {
        JsonArray array = new JsonArray();
        for (String item : items) {
            array.add(item);
        }
        return array;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
