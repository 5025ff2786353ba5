package kat.apiserver.admission;

import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// For whom tokens of a pod's account are mounted: audiences of its volumes, and those that the
/// drivers of its volumes ask for.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `plugin/pkg/admission/noderestriction`.
final class PodAudiences {

    private static final Kind DRIVER = Kinds.builtIn().require("storage.k8s.io/v1", "CSIDriver");

    private final Lookup lookup;

    PodAudiences(Lookup lookup) {
        this.lookup = lookup;
    }

    /// @param missing takes what a volume leads to and is not there, in words
    boolean contain(KubeObject pod, String audience, Set<String> missing) {
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            List<JsonObject> sources = volume.object("projected").array("sources").objects();
            if (sources.stream().anyMatch(each -> isFor(each, audience))) {
                return true;
            }
            String driver = driver(pod, volume, missing);
            if (!driver.isEmpty() && asksFor(driver, audience, missing)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFor(JsonObject source, String audience) {
        return source.has("serviceAccountToken")
                && source.object("serviceAccountToken").string("audience").equals(audience);
    }

    /// Empty for volumes without one.
    private String driver(KubeObject pod, JsonObject volume, Set<String> missing) {
        if (volume.has("ephemeral")) {
            return ofClaim(pod, pod.name() + "-" + volume.string("name"), missing);
        }
        String claim = volume.object("persistentVolumeClaim").string("claimName");
        return claim.isEmpty()
                ? volume.object("csi").string("driver")
                : ofClaim(pod, claim, missing);
    }

    private String ofClaim(KubeObject pod, String name, Set<String> missing) {
        KubeObject claim = lookup.find(Kinds.PERSISTENT_VOLUME_CLAIM, pod.namespace(), name);
        if (claim == null) {
            missing.add("persistentvolumeclaim \"" + name + "\" not found");
            return "";
        }
        String bound = claim.spec().string("volumeName");
        KubeObject volume = lookup.find(Kinds.PERSISTENT_VOLUME, "", bound);
        if (volume == null) {
            missing.add("persistentvolume \"" + bound + "\" not found");
            return "";
        }
        return volume.spec().object("csi").string("driver");
    }

    private boolean asksFor(String name, String audience, Set<String> missing) {
        KubeObject driver = lookup.find(DRIVER, "", name);
        if (driver == null) {
            missing.add("csidriver.storage.k8s.io \"" + name + "\" not found");
            return false;
        }
        return driver.spec().array("tokenRequests").objects().stream()
                .anyMatch(each -> each.string("audience").equals(audience));
    }
}
