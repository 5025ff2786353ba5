package kat.kubelet.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.csi.CsiException;
import kat.csi.NodePlugin;
import kat.kubelet.volumes.VolumeFault;

/// Volumes that are devices: a driver shows one as a file of the node, and the pod's folder holds
/// a link to it.
///
/// **Source:** `pkg/volume/csi/csi_block.go`.
record CsiDevices(CsiPaths paths, CsiFacts facts) {

    void stage(CsiVolumes.Job job) throws VolumeFault, IOException {
        CsiSource source = job.source();
        Path at = paths.stagedDevice(source.name());
        NodePlugin.Stage request =
                new NodePlugin.Stage(
                        source.handle(),
                        job.driver().told(at),
                        CsiRequests.use(source, job.can()),
                        facts.toStage(source, job.context()));
        boolean isNew = !Files.isDirectory(at);
        save(source);
        Files.createDirectories(at);
        try {
            job.driver().node().stage(request);
        } catch (CsiException e) {
            if (isNew && e.isFinal()) {
                clear(source.name());
            }
            throw e;
        }
    }

    private void save(CsiSource source) throws IOException {
        Path data = paths.deviceData(source.name());
        Files.createDirectories(data);
        source.data(facts.nodeName()).save(data, facts.nodeName());
    }

    void publish(CsiVolumes.Job job) throws VolumeFault, IOException {
        CsiSource source = job.source();
        String uid = job.pod().uid();
        Path at = paths.publishedDevice(source.name(), uid);
        String staging = job.driver().told(paths.stagedDevice(source.name()));
        NodePlugin.Publish request =
                new NodePlugin.Publish(
                        source.handle(),
                        new NodePlugin.Place(staging, job.driver().told(at)),
                        CsiRequests.use(source, job.can()),
                        source.readOnly(),
                        facts.toPublish(job.pod(), source, job.object(), job.context()));
        save(source);
        Files.createDirectories(at.resolveSibling(""));
        Path link = paths.deviceLinks(uid).resolve(source.name());
        Files.createDirectories(link.resolveSibling(""));
        Files.deleteIfExists(link);
        // Before the driver is asked: the link says that there is something to take away.
        Files.createSymbolicLink(link, at);
        job.driver().node().publish(request);
    }

    void unpublish(String uid, VolumeData data, Driver driver) throws IOException {
        Path at = paths.publishedDevice(data.name(), uid);
        driver.node().unpublish(data.handle(), driver.told(at));
        Files.deleteIfExists(at);
    }

    /// Gives up a volume that no pod uses any more.
    void unstage(VolumeData data, Driver driver) throws IOException {
        Path at = paths.stagedDevice(data.name());
        if (Files.isDirectory(at)) {
            driver.node().unstage(data.handle(), driver.told(at));
        }
        clear(data.name());
    }

    private void clear(String name) throws IOException {
        Files.deleteIfExists(paths.stagedDevice(name));
        Files.deleteIfExists(paths.publishedDevice(name, "").resolveSibling(name));
        VolumeData.delete(paths.deviceData(name));
        Files.deleteIfExists(paths.deviceData(name));
        Files.deleteIfExists(paths.deviceData(name).resolveSibling(""));
    }
}
