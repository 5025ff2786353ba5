package kat.cri;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// A present image as its registry has it. Its parts stay until it is closed.
///
/// **Threads:** one.
public interface StoredImage extends AutoCloseable {

    /// All its parts that are present, each once: first what the name means, a manifest or an
    /// index, and then manifests, configuration and layers below it. An index has the manifests of
    /// this machine's processor alone.
    List<Blob> parts();

    /// Writes the bytes of one of [#parts].
    ///
    /// @throws IOException when `out` does not take them
    /// @throws ContainerRuntimeException when they cannot be read
    void copy(Blob part, OutputStream out) throws IOException;

    @Override
    void close();
}
