package kat.kubelet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// An image with nothing but the machine's own static busybox, as `docker save` would write it.
final class BusyboxImage {

    static final String NAME = "busybox:test";
    static final Path BUSYBOX = Path.of("/bin/busybox");

    private static final int BLOCK = 512;
    private static final List<String> APPLETS =
            List.of("sh", "cat", "echo", "sleep", "id", "ls", "nc", "env", "hostname", "touch");

    private BusyboxImage() {}

    static InputStream archive(String architecture) throws IOException {
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        add(layer, "bin/busybox", 0755, Files.readAllBytes(BUSYBOX));
        for (String applet : APPLETS) {
            String script = "#!/bin/busybox sh\nexec /bin/busybox " + applet + " \"$@\"\n";
            add(layer, "bin/" + applet, 0755, text(script));
        }
        add(layer, "tmp/.keep", 0644, new byte[0]);
        layer.writeBytes(new byte[2 * BLOCK]);
        String config =
                """
                {"architecture":"%s","os":"linux",
                 "config":{"Env":["PATH=/bin"],"Cmd":["/bin/busybox","sh"]},
                 "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
                """
                        .formatted(architecture, sha256(layer.toByteArray()));
        String manifest =
                "[{\"Config\":\"config.json\",\"RepoTags\":[\"docker.io/library/"
                        + NAME
                        + "\"],\"Layers\":[\"one/layer.tar\"]}]";
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        add(archive, "config.json", 0644, text(config));
        add(archive, "one/layer.tar", 0644, layer.toByteArray());
        add(archive, "manifest.json", 0644, text(manifest));
        archive.writeBytes(new byte[2 * BLOCK]);
        return new ByteArrayInputStream(archive.toByteArray());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void add(ByteArrayOutputStream out, String name, int mode, byte[] content) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", content.length));
        put(header, 136, "00000000000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String value) {
        byte[] bytes = text(value);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
