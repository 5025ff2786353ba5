package kat.apiserver.admission;

import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.storage.VolumeFit;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Lets claims grow only when they are bound and their class allows it.
///
/// **Source:** `plugin/pkg/admission/storage/persistentvolume/resize`.
final class ClaimResize implements Plugin {

    private final Lookup lookup;

    ClaimResize(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (attributes.operation() != Operation.UPDATE
                || attributes.target().kind() != Kinds.PERSISTENT_VOLUME_CLAIM
                || !attributes.call().subresource().isEmpty()) {
            return;
        }
        JsonObject before = attributes.live();
        String old = size(before);
        String wanted = size(object);
        if (old.isEmpty()
                || wanted.isEmpty()
                || Quantity.parse(wanted).compareTo(Quantity.parse(old)) <= 0) {
            return;
        }
        if (!before.object("status").string("phase").equals("Bound")) {
            throw refusal(object, "Only bound persistent volume claims can be expanded");
        }
        String name = VolumeFit.classOf(before);
        KubeObject storage =
                name.isEmpty() ? null : lookup.find(DefaultStorageClass.STORAGE_CLASS, "", name);
        if (storage == null || !storage.tree().bool("allowVolumeExpansion")) {
            throw refusal(
                    object,
                    "only dynamically provisioned pvc can be resized and the storageclass that"
                            + " provisions the pvc must support resize");
        }
    }

    private static String size(JsonObject claim) {
        return claim.object("spec").at("resources", "requests").string("storage");
    }

    private static RuntimeException refusal(JsonObject claim, String why) {
        return Status.forbidden(
                        Kinds.PERSISTENT_VOLUME_CLAIM, claim.object("metadata").string("name"), why)
                .asException();
    }
}
