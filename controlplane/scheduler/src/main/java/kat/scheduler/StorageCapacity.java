package kat.scheduler;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.api.storage.VolumeFit;

/// How much storage provisioners say they have where; one that says nothing has enough.
///
/// **Source:** `hasEnoughCapacity` in kube-scheduler's `plugins/volumebinding/binder.go`.
record StorageCapacity(ClusterObjects objects) {

    static final Kind CAPACITY = Kinds.builtIn().require("storage.k8s.io/v1", "CSIStorageCapacity");
    static final Kind DRIVER = Kinds.builtIn().require("storage.k8s.io/v1", "CSIDriver");

    /// Whether a volume for the claim can be made for a node.
    ///
    /// @param storageClass the claim's
    boolean suffices(KubeObject claim, JsonObject storageClass, NodeInfo node) {
        String wanted = claim.spec().at("resources", "requests").string("storage");
        String provisioner = storageClass.string("provisioner");
        KubeObject driver = objects.get(DRIVER, ObjectKey.of("", provisioner));
        if (wanted.isEmpty() || driver == null || !driver.spec().bool("storageCapacity")) {
            return true;
        }
        String name = VolumeFit.classOf(claim.tree());
        List<KubeObject> told = objects.list(CAPACITY, "");
        return told.stream()
                .map(KubeObject::tree)
                .filter(each -> each.string("storageClassName").equals(name))
                .filter(each -> holds(each, wanted))
                .anyMatch(each -> isReached(each, node));
    }

    private static boolean holds(JsonObject capacity, String wanted) {
        String most = capacity.string("maximumVolumeSize", capacity.string("capacity"));
        return !most.isEmpty() && Quantity.parse(most).compareTo(Quantity.parse(wanted)) >= 0;
    }

    private static boolean isReached(JsonObject capacity, NodeInfo node) {
        return capacity.has("nodeTopology")
                && LabelSelector.parse(capacity.object("nodeTopology")).matches(node.labels());
    }
}
