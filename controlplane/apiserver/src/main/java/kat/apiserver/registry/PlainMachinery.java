package kat.apiserver.registry;

import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Rules that hold for every kind without its schema: status and the rest are written apart.
public final class PlainMachinery implements Machinery {

    @Override
    public JsonObject defaulted(Kind kind, JsonObject object) {
        return object;
    }

    @Override
    public JsonObject owned(Kind kind, WriteCall call, JsonObject live, JsonObject next) {
        return next;
    }

    @Override
    public KubeObject applied(
            Kind kind, WriteCall call, @Nullable KubeObject live, KubeObject wish, boolean force) {
        return wish;
    }

    @Override
    public JsonObject preparedForCreate(Kind kind, JsonObject object) {
        boolean parted = kind.hasSubresource("status") && object.has("spec");
        return parted
                ? object.without("status").withAt(Json.of(1), "metadata", "generation")
                : object;
    }

    @Override
    public JsonObject preparedForUpdate(
            Kind kind, String subresource, JsonObject next, JsonObject live) {
        if (subresource.equals("status")) {
            JsonObject result = live.with("metadata", next.object("metadata"));
            Json status = next.get("status");
            return status == null ? result.without("status") : result.with("status", status);
        }
        if (!kind.hasSubresource("status")) {
            return next;
        }
        Json status = live.get("status");
        JsonObject result = status == null ? next.without("status") : next.with("status", status);
        long generation = live.object("metadata").integer("generation", 0);
        if (generation == 0) {
            return result;
        }
        boolean same = next.object("spec").equals(live.object("spec"));
        return result.withAt(Json.of(same ? generation : generation + 1), "metadata", "generation");
    }

    @Override
    public List<Status.Cause> faultsOfCreate(Kind kind, JsonObject object) {
        return object.object("metadata").string("name").isEmpty()
                ? List.of(
                        new Status.Cause(
                                "FieldValueRequired",
                                "Required value: name or generateName is required",
                                "metadata.name"))
                : List.of();
    }

    @Override
    public List<Status.Cause> faultsOfUpdate(
            Kind kind, String subresource, JsonObject next, JsonObject live) {
        return List.of();
    }
}
