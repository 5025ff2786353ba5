package kat.kubelet.images;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kat.cri.ImageAuth;
import kat.kubelet.images.Keyring.Credential;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PulledImagesTest {

    private static final String ID = "sha256:1";
    private static final String IMAGE = "registry.example/a:1";
    private static final Credential OWN =
            new Credential(ImageAuth.basic("me", "word"), "uid-1", "team", "key");
    private static final Credential SAME_WORDS =
            new Credential(ImageAuth.basic("me", "word"), "uid-2", "other", "copy");
    private static final Credential STRANGE =
            new Credential(ImageAuth.basic("you", "no"), "uid-3", "other", "key");

    @TempDir Path folder;
    private PulledImages pulled;

    @BeforeEach
    void open() {
        pulled = new PulledImages(folder.resolve("records"));
    }

    private boolean mayUse(String image, Credential... shown) {
        return new PulledImages(folder.resolve("records")).mayUse(ID, image, () -> List.of(shown));
    }

    @Test
    void whatWasNeverFetchedIsForAll() {
        assertTrue(mayUse(IMAGE));
    }

    @Test
    void whatNeededNothingIsForAll() {
        pulled.pulled(ID, IMAGE, null);

        assertTrue(mayUse(IMAGE));
        assertTrue(mayUse("registry.example/a:2"), "tags of a repository are alike");
    }

    @Test
    void whatASecretOpenedIsForThoseWhoHaveIt() {
        pulled.pulled(ID, IMAGE, OWN);

        assertTrue(mayUse(IMAGE, OWN));
        assertTrue(mayUse(IMAGE, STRANGE, SAME_WORDS));
        assertFalse(mayUse(IMAGE, STRANGE));
        assertFalse(mayUse(IMAGE));
    }

    @Test
    void anotherNameMustBeFetchedFirst() {
        pulled.pulled(ID, IMAGE, null);

        assertFalse(mayUse("registry.example/b:1"));
    }

    @Test
    void imagesThatAreGoneAreForgotten() {
        pulled.pulled(ID, IMAGE, OWN);

        pulled.keepOnly(Set.of("sha256:2"));

        assertTrue(mayUse(IMAGE));
    }
}
