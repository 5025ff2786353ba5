package kat.csi.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How a driver makes one place show what is at another. Both methods are harmless when repeated.
public interface Placement {

    /// @param to need not be there
    void show(Path from, Path to, boolean readOnly) throws IOException;

    void hide(Path to) throws IOException;

    /// Empty folders in the place of mounts, for tests that need no files.
    static Placement folders() {
        return new Placement() {

            @Override
            public void show(Path from, Path to, boolean readOnly) throws IOException {
                Files.createDirectories(to);
            }

            @Override
            public void hide(Path to) throws IOException {
                Files.deleteIfExists(to);
            }
        };
    }
}
