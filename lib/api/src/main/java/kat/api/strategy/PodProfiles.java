package kat.api.strategy;

import java.util.ArrayList;
import java.util.List;
import kat.api.AppArmor;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import org.jspecify.annotations.Nullable;

/// Moves what annotations of a new pod say of AppArmor into the field of each container.
///
/// **Source:** `applyAppArmorVersionSkew` of `pkg/registry/core/pod/strategy.go`.
public final class PodProfiles {

    private static final int MAX_PATH = 4095;

    private PodProfiles() {}

    /// The pod with a profile in each container that has only an annotation, but for what the
    /// pod as a whole says already.
    static JsonObject fromAnnotations(JsonObject object) {
        KubeObject pod = new KubeObject(object);
        if (!isOld(pod)) {
            return object;
        }
        JsonObject spec = pod.spec();
        for (String list : AppArmor.LISTS) {
            if (spec.has(list)) {
                List<Json> containers = new ArrayList<>();
                for (JsonObject container : spec.array(list).objects()) {
                    containers.add(withProfile(pod, container));
                }
                spec = spec.with(list, new JsonArray(containers));
            }
        }
        return object.with("spec", spec);
    }

    /// What the sender of a new pod is told of annotations that should be fields.
    ///
    /// @param object as it was sent, not yet prepared
    public static List<String> warnings(JsonObject object) {
        KubeObject pod = new KubeObject(object);
        List<String> warnings = new ArrayList<>();
        if (!isOld(pod)) {
            return warnings;
        }
        for (String list : AppArmor.LISTS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                JsonObject profile = valid(pod, container);
                boolean isNews = profile == null || !profile.equals(ofPod(pod));
                if (isAlone(pod, container) && isNews) {
                    String name = AppArmor.ANNOTATION + container.string("name");
                    warnings.add("metadata.annotations[" + name + "]" + AppArmor.DEPRECATED);
                }
            }
        }
        return warnings;
    }

    private static boolean isOld(KubeObject pod) {
        return !pod.spec().object("os").string("name").equals("windows")
                && pod.annotations().keySet().stream()
                        .anyMatch(name -> name.startsWith(AppArmor.ANNOTATION));
    }

    private static JsonObject withProfile(KubeObject pod, JsonObject container) {
        JsonObject profile = isAlone(pod, container) ? valid(pod, container) : null;
        return profile == null || profile.equals(ofPod(pod))
                ? container
                : container.withAt(profile, "securityContext", AppArmor.FIELD);
    }

    /// Whether a container has the annotation and not the field.
    private static boolean isAlone(KubeObject pod, JsonObject container) {
        return pod.annotations().containsKey(AppArmor.ANNOTATION + container.string("name"))
                && !container.object("securityContext").has(AppArmor.FIELD);
    }

    private static JsonObject ofPod(KubeObject pod) {
        return pod.spec().object("securityContext").object(AppArmor.FIELD);
    }

    /// What is not valid as a field stays an annotation alone.
    private static @Nullable JsonObject valid(KubeObject pod, JsonObject container) {
        JsonObject profile = AppArmor.annotated(pod, container.string("name"));
        if (profile == null || !profile.has("localhostProfile")) {
            return profile;
        }
        String name = profile.string("localhostProfile");
        boolean isName =
                !name.isEmpty() && name.strip().equals(name) && Names.bytes(name) <= MAX_PATH;
        return isName ? profile : null;
    }
}
