package kat.cli;

import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import kat.app.Leftovers;

/// Removes everything that a cluster has on this machine; its server must have ended.
final class Removal {

    private final Surroundings surroundings;

    Removal(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    void remove(ClusterFiles files, ClusterConfig config) {
        try {
            new Leftovers(config, files, surroundings.ticker()).remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted while the cluster was removed", e);
        }
        FileTree.delete(files.folder());
    }
}
