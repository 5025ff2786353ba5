package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;

/// Gives pods the overhead, node selector and tolerations of their runtime class.
///
/// **Source:** `plugin/pkg/admission/runtimeclass`.
final class RuntimeClassPlugin implements Plugin {

    private static final Kind RUNTIME_CLASS =
            Kinds.builtIn().require("node.k8s.io/v1", "RuntimeClass");

    private final Lookup lookup;

    RuntimeClassPlugin(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject pod) {
        if (!Pods.isCreation(attributes)) {
            return pod;
        }
        JsonObject spec = pod.object("spec");
        String name = spec.string("runtimeClassName");
        JsonObject given = spec.object("overhead");
        if (name.isEmpty()) {
            return pod;
        }
        KubeObject found = lookup.find(RUNTIME_CLASS, "", name);
        if (found == null) {
            throw rejected(attributes, "RuntimeClass \"" + name + "\" not found");
        }
        JsonObject overhead = found.tree().object("overhead").object("podFixed");
        if (!given.isEmpty() && !given.equals(overhead)) {
            throw rejected(
                    attributes,
                    overhead.isEmpty()
                            ? "Pod Overhead set without corresponding RuntimeClass defined Overhead"
                            : "Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
        JsonObject complete = overhead.isEmpty() ? spec : spec.with("overhead", overhead);
        return pod.with("spec", scheduled(attributes, complete, found.tree().object("scheduling")));
    }

    @Override
    public void validate(Attributes attributes, JsonObject pod) {
        JsonObject spec = pod.object("spec");
        if (Pods.isCreation(attributes)
                && spec.string("runtimeClassName").isEmpty()
                && spec.has("overhead")) {
            throw rejected(
                    attributes,
                    "Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
    }

    private static JsonObject scheduled(
            Attributes attributes, JsonObject spec, JsonObject scheduling) {
        JsonObject selector = spec.object("nodeSelector");
        JsonObject further = scheduling.object("nodeSelector");
        for (String key : further.names()) {
            if (selector.has(key) && !selector.string(key).equals(further.string(key))) {
                throw conflict(attributes, key, selector.string(key), further.string(key));
            }
            selector = selector.with(key, further.string(key));
        }
        JsonObject complete = selector.isEmpty() ? spec : spec.with("nodeSelector", selector);
        List<Json> tolerations = new ArrayList<>(spec.array("tolerations").objects());
        int before = tolerations.size();
        for (JsonObject toleration : scheduling.array("tolerations").objects()) {
            if (!tolerations.contains(toleration)) {
                tolerations.add(toleration);
            }
        }
        return tolerations.size() == before
                ? complete
                : complete.with("tolerations", new JsonArray(tolerations));
    }

    private static StatusException conflict(
            Attributes attributes, String key, String pod, String runtimeClass) {
        String why =
                "conflict: runtimeClass.scheduling.nodeSelector[%s] = %s;"
                        .concat(" pod.spec.nodeSelector[%s] = %s")
                        .formatted(key, runtimeClass, key, pod);
        return Status.forbidden(Kinds.POD, attributes.target().name(), why).asException();
    }

    private static StatusException rejected(Attributes attributes, String why) {
        return Status.forbidden(Kinds.POD, attributes.target().name(), "pod rejected: " + why)
                .asException();
    }
}
