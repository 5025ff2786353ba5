package kat.dev.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import kat.dev.config.Artifact;
import kat.dev.config.DevException;

/// A digest of everything that goes into an image: its files, how it is built, and the images
/// that it needs. The same digest means that nothing has to be built.
public final class InputDigest {

    private final FileSet files;

    public InputDigest(FileSet files) {
        this.files = files;
    }

    /// @param needed ids of the images that it needs, by their names
    /// @param expanded what templates of the build say now
    public String of(Artifact artifact, Map<String, String> needed, Object expanded)
            throws InterruptedException {
        Digest digest = new Digest();
        digest.add(artifact.image()).add(artifact.builder().toString()).add(expanded.toString());
        for (Artifact.Need need : artifact.needs()) {
            digest.add(need.alias()).add(needed.getOrDefault(need.image(), ""));
        }
        for (String name : files.of(artifact)) {
            digest.add(name).add(content(artifact.context().resolve(name)));
        }
        return digest.hex();
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException gone) {
            return new byte[0];
        } catch (IOException e) {
            throw new DevException("cannot read " + file, e);
        }
    }
}
