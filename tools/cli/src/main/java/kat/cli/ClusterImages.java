package kat.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import kat.app.NodeContainerd;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.CriRuntime;

/// The container runtime that keeps a cluster's images.
final class ClusterImages {

    private ClusterImages() {}

    /// The configuration of a cluster that has images.
    ///
    /// @throws CliException when there is no such cluster, or its nodes are simulated
    static ClusterConfig realNode(ClusterOptions options) {
        ClusterConfig config = options.files().readConfig();
        if (config == null) {
            throw new CliException(
                    "there is no cluster " + options.name() + " in " + options.home());
        }
        if (!config.realNode()) {
            throw new CliException(
                    "cluster " + options.name() + " has simulated nodes and no images");
        }
        return config;
    }

    /// @throws CliException when the cluster is none of a real node, or does not run
    static ContainerRuntime runtime(ClusterOptions options) {
        ClusterFiles files = options.files();
        ClusterConfig config = realNode(options);
        if (new ServerProcess(files, options.surroundings().ticker()).find().isEmpty()) {
            throw new CliException(
                    "cluster "
                            + options.name()
                            + " is not running; `"
                            + options.command("up")
                            + "` first");
        }
        return new CriRuntime(
                NodeContainerd.socket(config, files), options.surroundings().ticker());
    }

    /// Loads an archive.
    ///
    /// @return the names that now stand
    /// @throws CliException when it cannot be read, or the runtime does not take it
    static List<String> load(ContainerRuntime runtime, Path archive, Terminal terminal) {
        terminal.passing("loading " + archive + " …");
        try (InputStream content = Files.newInputStream(archive)) {
            List<String> names = runtime.images().importArchive(content);
            terminal.clearPassing();
            return names;
        } catch (IOException e) {
            throw CliException.of("cannot read the archive " + archive, e);
        } catch (ContainerRuntimeException e) {
            throw new CliException("cannot load " + archive + ": " + e.getMessage(), e);
        }
    }
}
