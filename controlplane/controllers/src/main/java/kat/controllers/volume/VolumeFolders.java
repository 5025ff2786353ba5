package kat.controllers.volume;

/// The folders behind volumes, on the machine that has the real node. Both methods are harmless
/// when repeated.
///
/// **Threads:** any.
public interface VolumeFolders {

    /// Makes a folder that every user may write to: a pod says who it runs as, a claim does not.
    ///
    /// @throws java.io.UncheckedIOException when it cannot be made
    void make(String path);

    /// Removes a folder and all that is in it.
    ///
    /// @throws java.io.UncheckedIOException when something cannot be removed
    void remove(String path);
}
