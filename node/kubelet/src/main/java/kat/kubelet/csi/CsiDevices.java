package kat.kubelet.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.csi.NodePlugin;
import kat.kubelet.volumes.VolumeFault;

/// Volumes that are devices: a driver shows one as a file of the node, and the pod's folder holds
/// a link to it.
///
/// **Source:** `pkg/volume/csi/csi_block.go`.
record CsiDevices(CsiPaths paths, CsiFacts facts, CsiStaging staging) {

    void publish(CsiVolumes.Job job) throws VolumeFault, IOException {
        CsiSource source = job.source();
        String uid = job.pod().uid();
        Path at = paths.publishedDevice(source.name(), uid);
        NodePlugin.Publish request =
                new NodePlugin.Publish(
                        source.handle(),
                        new NodePlugin.Place(staging.told(job), job.driver().told(at)),
                        CsiRequests.use(source, job.can()),
                        source.readOnly(),
                        facts.toPublish(job.pod(), source, job.object(), job.context()));
        staging.save(source, paths.deviceData(source.name()));
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
}
