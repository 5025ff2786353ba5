package kat.controllers.workload;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.Patch;

/// Takes finalizers off objects.
public final class Finalizers {

    private Finalizers() {}

    /// Takes one finalizer off the version that was looked at; any other version refuses.
    public static Change without(Kind kind, KubeObject object, String finalizer) {
        List<String> left = new ArrayList<>(object.finalizers());
        left.remove(finalizer);
        JsonObject metadata =
                JsonObject.builder()
                        .put("resourceVersion", object.resourceVersion())
                        .put("finalizers", JsonArray.ofStrings(left))
                        .build();
        return new Change.PatchObject(
                kind, object.key(), Patch.merge(JsonObject.of("metadata", metadata)), "");
    }
}
