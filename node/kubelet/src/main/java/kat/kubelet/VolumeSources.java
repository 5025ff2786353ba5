package kat.kubelet;

import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Whether a pod's volumes are made of an object.
final class VolumeSources {

    private VolumeSources() {}

    /// @param source a ConfigMap or a Secret of the pod's namespace
    static boolean uses(KubeObject pod, KubeObject source) {
        boolean secret = source.kind().equals("Secret");
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            if (names(volume, secret, source.name())) {
                return true;
            }
            for (JsonObject part : volume.object("projected").array("sources").objects()) {
                if (names(part, secret, source.name())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean names(JsonObject volume, boolean secret, String name) {
        if (secret) {
            JsonObject source = volume.object("secret");
            return source.string("secretName").equals(name) || source.string("name").equals(name);
        }
        return volume.object("configMap").string("name").equals(name);
    }
}
