package kat.apiserver.admission;

import java.util.Comparator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Gives claims that name no class the default one. Of several defaults the youngest counts.
///
/// **Source:** `plugin/pkg/admission/storage/storageclass/setdefault`.
final class DefaultStorageClass implements Plugin {

    static final Kind STORAGE_CLASS = Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass");

    private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";
    private static final String DEFAULT_IN_BETA =
            "storageclass.beta.kubernetes.io/is-default-class";
    private static final String CLASS_IN_BETA = "volume.beta.kubernetes.io/storage-class";

    private static final Comparator<KubeObject> YOUNGEST_FIRST =
            Comparator.comparing((KubeObject each) -> each.metadata().string("creationTimestamp"))
                    .reversed()
                    .thenComparing(KubeObject::name);

    private final Lookup lookup;

    DefaultStorageClass(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        boolean isNewClaim =
                attributes.operation() == Operation.CREATE
                        && attributes.target().kind() == Kinds.PERSISTENT_VOLUME_CLAIM;
        if (!isNewClaim
                || object.object("spec").has("storageClassName")
                || object.at("metadata", "annotations").has(CLASS_IN_BETA)) {
            return object;
        }
        return lookup.list(STORAGE_CLASS, "").stream()
                .filter(DefaultStorageClass::isDefault)
                .min(YOUNGEST_FIRST)
                .map(found -> object.withAt(Json.of(found.name()), "spec", "storageClassName"))
                .orElse(object);
    }

    private static boolean isDefault(KubeObject storage) {
        return storage.annotation(DEFAULT).equals("true")
                || storage.annotation(DEFAULT_IN_BETA).equals("true");
    }
}
