package kat.controllers.workload;

import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Pods made from templates.
public final class PodTemplates {

    /// Letters and digits that form no words and are told apart easily; generated names use them.
    private static final String SAFE = "bcdfghjklmnpqrstvwxz2456789";

    private static final int HASH_LENGTH = 10;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private PodTemplates() {}

    /// The pod that `owner` creates from a template, with a name to be generated.
    public static KubeObject pod(KubeObject owner, JsonObject template) {
        JsonObject metadata = template.object("metadata");
        JsonObject.Builder own =
                JsonObject.builder()
                        .put("generateName", owner.name() + "-")
                        .put("namespace", owner.namespace())
                        .put(
                                "ownerReferences",
                                JsonArray.of(OwnerReference.controlledBy(owner).toJson()));
        for (String copied : new String[] {"labels", "annotations"}) {
            if (metadata.has(copied)) {
                own.put(copied, metadata.object(copied));
            }
        }
        if (metadata.has("finalizers")) {
            own.put("finalizers", metadata.array("finalizers"));
        }
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Pod")
                        .put("metadata", own.build())
                        .put("spec", template.object("spec"))
                        .build());
    }

    /// A short text that differs for templates that differ, safe in names and labels.
    ///
    /// @param collisions how often the text was found taken by another template
    public static String hash(JsonObject template, long collisions) {
        long hash = FNV_OFFSET;
        for (byte b : template.toBytes()) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ collisions) * FNV_PRIME;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < HASH_LENGTH; i++) {
            int digit = (int) Long.remainderUnsigned(hash, SAFE.length());
            text.append(SAFE.charAt(digit));
            hash = Long.divideUnsigned(hash, SAFE.length());
        }
        return text.toString();
    }
}
