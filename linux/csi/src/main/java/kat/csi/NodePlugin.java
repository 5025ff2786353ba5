package kat.csi;

import java.util.Set;

/// A driver's Node service: what it does on this machine. All of it is harmless when repeated.
///
/// **Errors:** every call may throw [CsiException].
///
/// **Threads:** any; calls block for at most two minutes.
///
/// **Source:** `csi.proto` 1.9.0, service `Node`.
public interface NodePlugin extends AutoCloseable {

    NodeFacts info();

    Set<NodeCapability> capabilities();

    /// Makes a volume ready on the node, once for all pods.
    void stage(Stage request);

    void unstage(String volume, String stagingPath);

    /// Makes a volume appear at a path for one pod.
    void publish(Publish request);

    void unpublish(String volume, String targetPath);

    void expand(Expand request);

    VolumeFigures figures(String volume, String path);

    @Override
    void close();

    /// @param stagingPath where it is staged; empty when it is not
    /// @param targetPath where it is to appear; its parent is there, it itself need not be
    record Place(String stagingPath, String targetPath) {}

    /// @param stagingPath a folder that is there
    record Stage(String volume, String stagingPath, VolumeUse use, VolumeFacts facts) {}

    record Publish(
            String volume, Place place, VolumeUse use, boolean readOnly, VolumeFacts facts) {}

    /// @param bytes the size it shall have at least
    record Expand(String volume, Place place, long bytes, VolumeUse use, VolumeFacts facts) {}
}
