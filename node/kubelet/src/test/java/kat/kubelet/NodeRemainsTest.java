package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeRemainsTest {

    @TempDir Path folder;

    @Test
    void unmountsWhatAKubeletDoesThatEndsInOrder() throws Exception {
        KubeletConfig config = KubeletConfig.of("node", "192.0.2.1", folder);
        FakeMounts mounts = new FakeMounts();
        Path memory = folder.resolve("memory");
        Path volumes = folder.resolve("pods/uid-a/volumes");
        Path ofDriver = volumes.resolve("kubernetes.io~csi/pvc-1/mount");
        mounts.tmpfs(memory, 0);
        mounts.tmpfs(volumes.resolve("kubernetes.io~empty-dir/scratch"), 0);
        mounts.tmpfs(ofDriver, 0);
        Path secret = Files.createDirectories(memory.resolve("uid-a/secret")).resolve("key");
        Files.writeString(secret, "s");
        Path kept = Files.createDirectories(volumes.resolve("kubernetes.io~empty-dir/kept"));

        new NodeRemains(config, mounts).unmount();

        assertEquals(List.of(memory, ofDriver), mounts.below(folder));
        assertFalse(Files.exists(memory.resolve("uid-a")));
        assertTrue(Files.exists(kept));
    }
}
