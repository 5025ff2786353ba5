package kat.kubelet.dra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.cri.ContainerConfig;
import kat.cri.ContainerMetadata;
import kat.cri.Device;
import kat.cri.EnvVar;
import kat.cri.Mount;
import kat.cri.RuntimeVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CdiSpecsTest {

    private static final ContainerConfig PLAIN =
            ContainerConfig.of(new ContainerMetadata("web", 0), "nginx:1")
                    .withEnvs(List.of(new EnvVar("A", "1")));

    @TempDir Path folder;

    private CdiSpecs specs;
    private Path lower;
    private Path higher;

    @BeforeEach
    void make() throws IOException {
        lower = Files.createDirectories(folder.resolve("etc"));
        higher = Files.createDirectories(folder.resolve("run"));
        specs = new CdiSpecs(List.of(lower, higher, folder.resolve("absent")));
    }

    private static String one(String name, String edits) {
        return """
        {"cdiVersion":"0.5.0","kind":"v.com/gpu",
         "devices":[{"name":"%s","containerEdits":%s}]}
        """
                .formatted(name, edits);
    }

    @Test
    void givesAContainerWhatItsDevicesAskFor() throws IOException {
        Files.writeString(
                lower.resolve("gpu.yaml"),
                """
                cdiVersion: "0.5.0"
                kind: v.com/gpu
                containerEdits:
                  env:
                  - COMMON=yes
                devices:
                - name: "0"
                  containerEdits:
                    env:
                    - GPU=a=b
                    deviceNodes:
                    - path: /dev/gpu0
                    - path: /dev/inside
                      hostPath: /dev/outside
                      permissions: r
                    mounts:
                    - hostPath: /lib/gpu
                      containerPath: /usr/lib/gpu
                      options: [ro, nosuid, bind]
                    - hostPath: /var/gpu
                      containerPath: /var/gpu
                - name: "1"
                  containerEdits:
                    env:
                    - SECOND=yes
                """);

        ContainerConfig edited =
                specs.apply(PLAIN, List.of("v.com/gpu=0", "v.com/gpu=1", "v.com/gpu=0"));

        assertEquals(
                PLAIN.withEnvs(
                                List.of(
                                        new EnvVar("A", "1"),
                                        new EnvVar("COMMON", "yes"),
                                        new EnvVar("GPU", "a=b"),
                                        new EnvVar("SECOND", "yes")))
                        .withDevices(
                                List.of(
                                        new Device("/dev/gpu0", "/dev/gpu0", "rwm"),
                                        new Device("/dev/inside", "/dev/outside", "r")))
                        .withMounts(
                                List.of(
                                        Mount.readOnly("/lib/gpu", "/usr/lib/gpu"),
                                        Mount.readWrite("/var/gpu", "/var/gpu"))),
                edited);
    }

    @Test
    void takesTheSpecificationOfTheMoreImportantFolder() throws IOException {
        Files.writeString(lower.resolve("a.json"), one("0", "{\"env\":[\"FROM=etc\"]}"));
        Files.writeString(higher.resolve("a.json"), one("0", "{\"env\":[\"FROM=run\"]}"));

        assertTrue(
                specs.apply(PLAIN, List.of("v.com/gpu=0"))
                        .envs()
                        .contains(new EnvVar("FROM", "run")));
    }

    @Test
    void doesNotKnowADeviceThatTwoSpecificationsClaim() throws IOException {
        Files.writeString(higher.resolve("a.json"), one("0", "{}"));
        Files.writeString(higher.resolve("b.json"), one("0", "{}"));

        refuses("unresolvable CDI devices v.com/gpu=0");
    }

    @Test
    void refusesADeviceThatNobodyDescribes() throws IOException {
        Files.writeString(higher.resolve("broken.yaml"), "kind: [");
        Files.writeString(higher.resolve("note.txt"), one("0", "{}"));

        refuses("unresolvable CDI devices v.com/gpu=0");
    }

    @Test
    void refusesADeviceThatNeedsAHook() throws IOException {
        Files.writeString(higher.resolve("a.json"), one("0", "{\"hooks\":[]}"));

        refuses("v.com/gpu=0 asks for hooks, which needs containerd 2.0 or newer");
    }

    private void refuses(String why) {
        IOException fault =
                assertThrows(IOException.class, () -> specs.apply(PLAIN, List.of("v.com/gpu=0")));
        assertEquals("CDI device injection failed: " + why, fault.getMessage());
    }

    @Test
    void knowsWhichRuntimesReadSpecifications() {
        assertFalse(CdiSpecs.isReadBy(new RuntimeVersion("containerd", "1.6.20~ds1", "v1")));
        assertFalse(CdiSpecs.isReadBy(new RuntimeVersion("containerd", "v1.7.3", "v1")));
        assertTrue(CdiSpecs.isReadBy(new RuntimeVersion("containerd", "v2.1.0", "v1")));
        assertTrue(CdiSpecs.isReadBy(new RuntimeVersion("cri-o", "1.30.0", "v1")));
    }
}
