package kat.api.custom;

import java.util.List;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.validation.Validation;

/// Says what is wrong with a custom resource.
public final class CustomValidation {

    private CustomValidation() {}

    public static List<Status.Cause> create(CustomKind custom, JsonObject object) {
        return Validation.create(custom.kind(), new KubeObject(object));
    }

    public static List<Status.Cause> update(
            CustomKind custom, JsonObject after, JsonObject before) {
        return Validation.update(custom.kind(), new KubeObject(after), new KubeObject(before));
    }

    public static List<Status.Cause> updateStatus(
            CustomKind custom, JsonObject after, JsonObject before) {
        return Validation.updateStatus(
                custom.kind(), new KubeObject(after), new KubeObject(before));
    }
}
