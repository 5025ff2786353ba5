package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.base.SystemTicker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Images in a real containerd.
@Tag("root")
class CriImagesTest {

    private static TestHome home;
    private static PrivateContainerd containerd;

    @BeforeAll
    static void start() throws IOException {
        home = TestHome.require();
        containerd = new PrivateContainerd(home.config(), new SystemTicker());
        containerd.start();
        containerd.runtime().images().importArchive(TestImage.archive());
    }

    @AfterAll
    static void remove() throws IOException {
        if (containerd != null) {
            containerd.removeAll();
            containerd.close();
            home.remove();
        }
    }

    @Test
    void importsTheSameArchiveTwice() throws IOException {
        List<String> names = containerd.runtime().images().importArchive(TestImage.archive());

        assertEquals(List.of(TestImage.NAME), names);
    }

    @Test
    void keepsAllPartsOfAnImageThroughAGarbageCollection() throws IOException {
        PodSandboxConfig config =
                PodSandboxConfig.of(new PodSandboxMetadata("images", "gc", "default", 0))
                        .withLogDirectory(home.path().resolve("logs").toString());
        containerd
                .runtime()
                .images()
                .importArchive(TestImage.archive("kat.local/test/kept:1", "kept"));
        containerd
                .runtime()
                .images()
                .importArchive(TestImage.archive("kat.local/test/removed:1", "gone"));

        containerd.runtime().images().remove("kat.local/test/removed:1");

        assertCanBeCreated("kat.local/test/kept:1", config);
    }

    @Test
    void importsLayersThatAreCompressed() throws IOException {
        PodSandboxConfig config =
                PodSandboxConfig.of(new PodSandboxMetadata("images", "gz", "default", 0))
                        .withLogDirectory(home.path().resolve("logs").toString());

        containerd
                .runtime()
                .images()
                .importArchive(TestImage.compressed("kat.local/test/compressed:1"));

        assertCanBeCreated("kat.local/test/compressed:1", config);
    }

    private void assertCanBeCreated(String image, PodSandboxConfig config) {
        String sandbox = containerd.runtime().runPodSandbox(config);
        String id =
                containerd
                        .runtime()
                        .createContainer(
                                sandbox,
                                ContainerConfig.of(new ContainerMetadata("main", 0), image),
                                config);
        assertEquals(ContainerState.CREATED, containerd.runtime().containerStatus(id).state());
        containerd.runtime().removePodSandbox(sandbox);
    }

    @Test
    void refusesAnArchiveThatIsNone() {
        InputStream noise = new ByteArrayInputStream(new byte[4096]);

        ContainerRuntimeException failure =
                assertThrows(
                        ContainerRuntimeException.class,
                        () -> containerd.runtime().images().importArchive(noise));

        assertEquals(ContainerRuntimeException.Code.INVALID_ARGUMENT, failure.code());
    }

    @Test
    void viewsAnImageThatNoContainerWasMadeOf() throws IOException {
        String name = "kat.local/test/viewed:1";
        containerd.runtime().images().importArchive(TestImage.archive(name, "viewed"));
        String image = containerd.runtime().images().status(name).orElseThrow().id();

        ImageView view = containerd.runtime().images().view(image, "viewed");
        Path folder = Path.of(view.type().equals("bind") ? view.source() : "/none");
        String mark = Files.readString(folder.resolve("tmp/.keep"));
        containerd.runtime().images().removeView("viewed");

        assertEquals("bind", view.type(), "an image of one layer is a folder");
        assertEquals("viewed", mark);
    }
}
