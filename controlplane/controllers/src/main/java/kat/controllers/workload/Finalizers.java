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

    /// Names, in a strategic patch, the finalizers that are to go.
    static final String STRIKE = "$deleteFromPrimitiveList/finalizers";

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

    /// Takes one finalizer off whatever version there is, as long as it is the same object.
    public static Change strike(Kind kind, KubeObject object, String finalizer) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("uid", object.uid())
                        .put(STRIKE, JsonArray.ofStrings(List.of(finalizer)))
                        .build();
        return new Change.PatchObject(
                kind, object.key(), Patch.strategic(JsonObject.of("metadata", metadata)), "");
    }
}
