package kat.cri;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The image of a sandbox's own process, made here so that no registry is asked for it: a program
/// of a few instructions that lets the kernel reap its orphans and then waits for ever.
///
/// As the first process of its namespace it takes no signal it has no handler for; runtimes end it
/// with SIGKILL.
public final class PauseImage {

    /// The reference it is imported under.
    public static final String NAME = "kat.local/pause:1";

    private static final long LOAD_ADDRESS = 0x400000;
    private static final int ELF_HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int MACHINE_AMD64 = 62;
    private static final int MACHINE_ARM64 = 183;
    private static final int PAGE_64K = 0x10000;

    private PauseImage() {}

    /// The image as an archive in OCI image layout.
    ///
    /// @param architecture `amd64` or `arm64`
    /// @throws IllegalArgumentException for any other architecture
    public static InputStream archive(String architecture) {
        byte[] layer = new TarWriter().file("pause", 0755, program(architecture)).finish();
        byte[] config = config(architecture, Digests.sha256(layer));
        Blob configBlob = blob("application/vnd.oci.image.config.v1+json", config);
        Blob layerBlob = blob("application/vnd.oci.image.layer.v1.tar", layer);
        byte[] manifest = OciDocuments.manifest(List.of(configBlob, layerBlob));
        Blob manifestBlob = blob("application/vnd.oci.image.manifest.v1+json", manifest);
        byte[] archive =
                new TarWriter()
                        .file("oci-layout", 0644, text("{\"imageLayoutVersion\":\"1.0.0\"}"))
                        .file(path(configBlob), 0644, config)
                        .file(path(layerBlob), 0644, layer)
                        .file(path(manifestBlob), 0644, manifest)
                        .file("index.json", 0644, index(manifestBlob))
                        .finish();
        return new ByteArrayInputStream(archive);
    }

    /// A static ELF executable: headers, code, and the kernel's `struct sigaction` behind it.
    static byte[] program(String architecture) {
        byte[] code =
                switch (architecture) {
                    case "amd64" -> amd64();
                    case "arm64" -> arm64();
                    default ->
                            throw new IllegalArgumentException(
                                    "there is no pause program for " + architecture);
                };
        int machine = architecture.equals("amd64") ? MACHINE_AMD64 : MACHINE_ARM64;
        int headers = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
        int size = headers + code.length;
        ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        elf.putShort((short) 2).putShort((short) machine).putInt(1);
        elf.putLong(LOAD_ADDRESS + headers).putLong(ELF_HEADER_BYTES).putLong(0).putInt(0);
        elf.putShort((short) ELF_HEADER_BYTES).putShort((short) PROGRAM_HEADER_BYTES);
        elf.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        int readAndExecute = 5;
        elf.putInt(1).putInt(readAndExecute).putLong(0).putLong(LOAD_ADDRESS);
        elf.putLong(LOAD_ADDRESS).putLong(size).putLong(size).putLong(PAGE_64K);
        return elf.put(code).array();
    }

    /// `rt_sigaction(SIGCHLD, &ignore, 0, 8)`, then `pause()` for ever.
    private static byte[] amd64() {
        int[] code = {
            0xb8, 13, 0, 0, 0, // mov eax, 13 (rt_sigaction)
            0xbf, 17, 0, 0, 0, // mov edi, 17 (SIGCHLD)
            0x48, 0x8d, 0x35, 21, 0, 0, 0, // lea rsi, [rip + 21] (the word behind the code)
            0x31, 0xd2, // xor edx, edx
            0x41, 0xba, 8, 0, 0, 0, // mov r10d, 8
            0x0f, 0x05, // syscall
            0xb8, 34, 0, 0, 0, // mov eax, 34 (pause)
            0x0f, 0x05, // syscall
            0xeb, 0xf7, // jmp to the mov above
            0x90, 0x90, // to a multiple of four
        };
        ByteBuffer out = ByteBuffer.allocate(code.length + 32).order(ByteOrder.LITTLE_ENDIAN);
        for (int b : code) {
            out.put((byte) b);
        }
        return ignore(out);
    }

    /// As [#amd64]; arm64 has no `pause`, so `ppoll` of nothing without end.
    private static byte[] arm64() {
        int[] code = {
            0xd2800220, // mov x0, 17 (SIGCHLD)
            0x100001a1, // adr x1, the word behind the code
            0xd2800002, // mov x2, 0
            0xd2800103, // mov x3, 8
            0xd28010c8, // mov x8, 134 (rt_sigaction)
            0xd4000001, // svc 0
            0xd2800000, // mov x0, 0
            0xd2800001, // mov x1, 0
            0xd2800002, // mov x2, 0
            0xd2800003, // mov x3, 0
            0xd2800004, // mov x4, 0
            0xd2800928, // mov x8, 73 (ppoll)
            0xd4000001, // svc 0
            0x17fffff9, // b to the first of the five moves
        };
        ByteBuffer out = ByteBuffer.allocate(code.length * 4 + 32).order(ByteOrder.LITTLE_ENDIAN);
        for (int instruction : code) {
            out.putInt(instruction);
        }
        return ignore(out);
    }

    /// `struct sigaction` of the kernel with SIG_IGN: handler, flags, restorer, mask.
    private static byte[] ignore(ByteBuffer out) {
        byte[] all = new byte[out.capacity()];
        out.putLong(1).putLong(0).putLong(0).putLong(0).get(0, all);
        return all;
    }

    private static byte[] config(String architecture, String layerDigest) {
        JsonArray entrypoint = new JsonArray();
        entrypoint.add("/pause");
        JsonObject process = new JsonObject();
        process.addProperty("User", "65535:65535");
        process.add("Entrypoint", entrypoint);
        JsonArray layers = new JsonArray();
        layers.add(layerDigest);
        JsonObject rootfs = new JsonObject();
        rootfs.addProperty("type", "layers");
        rootfs.add("diff_ids", layers);
        JsonObject config = new JsonObject();
        config.addProperty("architecture", architecture);
        config.addProperty("os", "linux");
        config.add("config", process);
        config.add("rootfs", rootfs);
        return text(config.toString());
    }

    private static byte[] index(Blob manifest) {
        JsonObject annotations = new JsonObject();
        annotations.addProperty("io.containerd.image.name", NAME);
        JsonObject descriptor = OciDocuments.descriptor(manifest);
        descriptor.add("annotations", annotations);
        JsonArray manifests = new JsonArray();
        manifests.add(descriptor);
        JsonObject index = new JsonObject();
        index.addProperty("schemaVersion", 2);
        index.add("manifests", manifests);
        return text(index.toString());
    }

    private static Blob blob(String mediaType, byte[] bytes) {
        return new Blob(mediaType, Digests.sha256(bytes), bytes.length);
    }

    private static String path(Blob blob) {
        return "blobs/" + blob.digest().replace(':', '/');
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
