package kat.kubelet.csi;

import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.DeleteOptions;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.csi.NodeFacts;

/// Tells the API which drivers serve this node: in its CSINode, and in the Node's annotation and
/// labels.
///
/// **Threads:** one at a time.
///
/// **Source:** `pkg/volume/csi/nodeinfomanager`.
final class DriverNode {

    private static final Kind CSI_NODE = Kinds.builtIn().require("storage.k8s.io/v1", "CSINode");
    private static final WriteOptions OPTIONS = WriteOptions.by("kubelet");

    private final Transport transport;
    private final ObjectKey key;

    DriverNode(Transport transport, String nodeName) {
        this.transport = transport;
        this.key = ObjectKey.of("", nodeName);
    }

    /// Makes the CSINode unless this node has one.
    ///
    /// @throws StatusException when the API refuses
    KubeObject ensure() {
        KubeObject node = transport.get(Kinds.NODE, key);
        try {
            KubeObject present = transport.get(CSI_NODE, key);
            if (CsiNodeObjects.isOwnedBy(present, node)) {
                return present;
            }
            // Of another node that had the name before.
            transport.delete(CSI_NODE, key, DeleteOptions.of(present.uid()));
        } catch (StatusException e) {
            if (!e.is("NotFound")) {
                throw e;
            }
        }
        return transport.create(CSI_NODE, CsiNodeObjects.empty(node), OPTIONS).object();
    }

    /// @return why the driver cannot be registered; empty when it is
    /// @throws StatusException when the API refuses
    String install(String driver, NodeFacts facts) {
        if (facts.nodeId().isEmpty()) {
            return "error adding CSI driver node info: driverNodeID must not be empty";
        }
        KubeObject node = transport.get(Kinds.NODE, key);
        String collision = CsiNodeObjects.collision(node, facts);
        if (!collision.isEmpty()) {
            return "error updating Node object with CSI driver node info: " + collision;
        }
        Map<String, String> ids = CsiNodeObjects.nodeIds(node);
        String before = ids.put(driver, facts.nodeId());
        boolean labelled = node.labels().entrySet().containsAll(facts.topology().entrySet());
        if (!facts.nodeId().equals(before) || !labelled) {
            patch(Kinds.NODE, CsiNodeObjects.nodePatch(ids, facts.topology()));
        }
        KubeObject csiNode = ensure();
        JsonArray drivers = CsiNodeObjects.with(csiNode, driver, facts);
        if (!drivers.equals(csiNode.spec().array("drivers"))) {
            patch(CSI_NODE, JsonObject.EMPTY.withAt(drivers, "spec", "drivers"));
        }
        return "";
    }

    /// @throws StatusException when the API refuses
    void uninstall(String driver) {
        KubeObject csiNode = ensure();
        JsonArray drivers = CsiNodeObjects.without(csiNode, driver);
        if (drivers.size() < csiNode.spec().array("drivers").size()) {
            patch(CSI_NODE, JsonObject.EMPTY.withAt(drivers, "spec", "drivers"));
        }
        Map<String, String> ids = CsiNodeObjects.nodeIds(transport.get(Kinds.NODE, key));
        if (ids.remove(driver) != null) {
            patch(Kinds.NODE, CsiNodeObjects.nodePatch(ids, Map.of()));
        }
    }

    private void patch(Kind kind, JsonObject change) {
        transport.patch(kind, key, Patch.merge(change), OPTIONS);
    }
}
