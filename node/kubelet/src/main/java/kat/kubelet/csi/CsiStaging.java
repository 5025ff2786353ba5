package kat.kubelet.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.csi.CsiException;
import kat.csi.NodePlugin;
import kat.kubelet.volumes.Mounts;
import kat.kubelet.volumes.VolumeFault;

/// Makes volumes ready on the node, once for all pods, where their drivers ask for it. What is
/// written beside the place says whose it is.
///
/// **Source:** `pkg/volume/csi/csi_attacher.go`, `csi_block.go`.
record CsiStaging(CsiPaths paths, Mounts mounts, CsiFacts facts) {

    /// Takes away a place at which nothing is.
    interface Clearing {
        void clear() throws IOException;
    }

    /// Asks a driver for a volume at a place. When the driver has certainly done nothing, a place
    /// that was not there before is cleared again; one that was there may be in use.
    static void ask(boolean isNew, Runnable request, Clearing clearing) throws IOException {
        try {
            request.run();
        } catch (CsiException e) {
            if (isNew && e.isFinal()) {
                clearing.clear();
            }
            throw e;
        }
    }

    /// Where a volume is ready once it is.
    Path at(CsiSource source) {
        return source.isDevice()
                ? paths.stagedDevice(source.name())
                : paths.staged(source.driver(), source.handle());
    }

    /// Where a volume is ready, as its driver knows it; empty when the driver makes none ready.
    String told(CsiVolumes.Job job) {
        return job.staged() ? job.driver().told(at(job.source())) : "";
    }

    /// Harmless when repeated.
    void stage(CsiVolumes.Job job) throws VolumeFault, IOException {
        CsiSource source = job.source();
        Path at = at(source);
        NodePlugin.Stage request =
                new NodePlugin.Stage(
                        source.handle(),
                        job.driver().told(at),
                        CsiRequests.use(source, job.can()),
                        facts.toStage(source, job.context()));
        boolean isNew = !Files.isDirectory(at);
        save(source, source.isDevice() ? paths.deviceData(source.name()) : at.resolveSibling(""));
        Files.createDirectories(at);
        ask(isNew, () -> job.driver().node().stage(request), () -> clear(source, at));
    }

    /// Writes beside a volume whose it is.
    void save(CsiSource source, Path folder) throws IOException {
        Files.createDirectories(folder);
        source.data(facts.nodeName()).save(folder, facts.nodeName());
    }

    private void clear(CsiSource source, Path at) throws IOException {
        if (source.isDevice()) {
            clearDevice(source.name());
        } else {
            clear(at);
        }
    }

    /// Gives up a volume that no pod uses any more; harmless when it is not ready.
    ///
    /// @throws IOException also when its driver would have to be asked and is away
    void unstage(VolumeData data, Drivers drivers) throws IOException {
        Path files = paths.staged(data.driver(), data.handle());
        if (Files.isDirectory(files)) {
            Driver driver = drivers.require(data.driver());
            driver.node().unstage(data.handle(), driver.told(files));
            clear(files);
        }
        if (Files.isDirectory(paths.deviceData(data.name()))) {
            Path device = paths.stagedDevice(data.name());
            if (Files.isDirectory(device)) {
                Driver driver = drivers.require(data.driver());
                driver.node().unstage(data.handle(), driver.told(device));
            }
            clearDevice(data.name());
        }
    }

    /// Removes the place of a volume with what is written beside it. Files of a volume that is
    /// still there are never touched.
    void clear(Path at) throws IOException {
        if (mounts.below(at).contains(at)) {
            throw new IOException("the driver has left a volume mounted at " + at);
        }
        Files.deleteIfExists(at);
        Path folder = at.resolveSibling("");
        VolumeData.delete(folder);
        Files.deleteIfExists(folder);
    }

    private void clearDevice(String name) throws IOException {
        Files.deleteIfExists(paths.stagedDevice(name));
        Files.deleteIfExists(paths.publishedDevice(name, "").resolveSibling(name));
        VolumeData.delete(paths.deviceData(name));
        Files.deleteIfExists(paths.deviceData(name));
        Files.deleteIfExists(paths.deviceData(name).resolveSibling(""));
    }
}
