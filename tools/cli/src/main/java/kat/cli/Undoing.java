package kat.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import org.jspecify.annotations.Nullable;

/// Takes back what a `kat up` did that fails or is given up: a new cluster is removed, one that was
/// there before is as it was. Nothing goes on running.
///
/// @param tried what the cluster was to be
/// @param known what it was before; null for a new one
record Undoing(
        Terminal terminal,
        ClusterOptions cluster,
        ClusterConfig tried,
        @Nullable ClusterConfig known) {

    /// That something cannot be taken back is told, and leaves the reason for which it was tried.
    void undo(StartUp startUp) {
        ClusterFiles files = cluster.files();
        terminal.clearPassing();
        try {
            // What the server has open, and removes by itself, comes first.
            startUp.stop();
            if (known == null) {
                new Removal(cluster.surroundings()).remove(files, tried);
            } else {
                files.writeConfig(known);
                FileTree.giveTo(cluster.surroundings().user(), files.forPerson());
            }
        } catch (IOException e) {
            tell(CliException.reason(e));
        } catch (UncheckedIOException e) {
            tell(e.getMessage() + ": " + CliException.reason(e.getCause()));
        } catch (CliException e) {
            tell(String.valueOf(e.getMessage()));
        }
    }

    private void tell(String reason) {
        terminal.error(
                "what was begun could not be taken back: "
                        + reason
                        + "; `"
                        + cluster.command(known == null ? "delete" : "down")
                        + "` does so");
    }
}
