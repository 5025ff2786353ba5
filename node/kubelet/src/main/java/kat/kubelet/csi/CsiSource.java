package kat.kubelet.csi;

import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.kubelet.volumes.DriverVolumes;

/// A volume of a pod as its driver is to hear of it.
///
/// @param name of the persistent volume, or of the volume in the pod
/// @param csi the source as it stands in the persistent volume or in the pod
/// @param spec of the persistent volume; empty for one that is described in the pod
/// @param group that the pod's files are to have; empty for none
record CsiSource(
        String name,
        String handle,
        JsonObject csi,
        JsonObject spec,
        boolean readOnly,
        String group) {

    static CsiSource of(KubeObject pod, DriverVolumes.Wanted wanted) {
        JsonObject security = pod.spec().object("securityContext");
        String group = security.has("fsGroup") ? Long.toString(security.integer("fsGroup", 0)) : "";
        KubeObject volume = wanted.volume();
        if (volume == null) {
            JsonObject inline = wanted.inline();
            String handle = "csi-" + CsiPaths.sha256(pod.uid() + wanted.name());
            boolean readOnly = inline.bool("readOnly");
            return new CsiSource(wanted.name(), handle, inline, JsonObject.EMPTY, readOnly, group);
        }
        JsonObject csi = volume.spec().object("csi");
        return new CsiSource(
                volume.name(),
                csi.string("volumeHandle"),
                csi,
                volume.spec(),
                wanted.readOnly(),
                group);
    }

    String driver() {
        return csi.string("driver");
    }

    boolean isEphemeral() {
        return spec.isEmpty();
    }

    boolean isDevice() {
        return spec.string("volumeMode").equals("Block");
    }

    /// What pods share when they use the same volume.
    String identity() {
        return driver() + "^" + handle;
    }

    /// The name of the VolumeAttachment.
    String attachment(String node) {
        return "csi-" + CsiPaths.sha256(handle + driver() + node);
    }

    VolumeData data(String node) {
        return new VolumeData(name, driver(), handle, isEphemeral(), attachment(node));
    }
}
