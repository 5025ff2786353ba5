package kat.apiserver.actions;

import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.patch.JsonPatch;
import kat.api.patch.MergePatch;
import kat.api.patch.StrategicMergePatch;
import kat.api.schema.NarrowNumbers;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.apiserver.registry.Resource;
import kat.client.Patch;
import org.jspecify.annotations.Nullable;

/// Applies the patches that are not server-side apply.
public final class Patches {

    private static final String FOR_CUSTOM =
            "the body of the request was in an unknown format - accepted media types include:"
                    + " application/json-patch+json, application/merge-patch+json,"
                    + " application/apply-patch+yaml";

    private final Schemas schemas;

    public Patches(Schemas schemas) {
        this.schemas = schemas;
    }

    /// The live object with a patch applied.
    ///
    /// @throws kat.api.StatusException when the patch does not fit, or its type is unknown
    public JsonObject apply(Resource resource, JsonObject live, String mediaType, Json patch) {
        Json patched =
                switch (mediaType) {
                    case Patch.JSON -> JsonPatch.apply(live, patch);
                    case Patch.MERGE -> MergePatch.apply(live, patch);
                    case Patch.STRATEGIC -> strategic(resource, live, patch);
                    default -> throw unsupported(resource);
                };
        if (!(patched instanceof JsonObject object)) {
            throw Status.badRequest("the patched value is no object").asException();
        }
        return object;
    }

    private Json strategic(Resource resource, JsonObject live, Json patch) {
        @Nullable Schema schema = schemas.of(resource.kind());
        if (schema == null) {
            throw unsupported(resource);
        }
        Json patched = patch.isNull() ? live : StrategicMergePatch.apply(live, patch, schema);
        return patched instanceof JsonObject object
                ? NarrowNumbers.narrowed(schema, object)
                : patched;
    }

    /// Refuses a patch of a type that the objects do not take, before it is read.
    ///
    /// @throws StatusException as told
    public static void requireType(Resource resource, String mediaType) {
        boolean known =
                switch (mediaType) {
                    case Patch.JSON, Patch.MERGE, Patch.APPLY -> true;
                    case Patch.STRATEGIC -> resource.custom() == null;
                    default -> false;
                };
        if (!known) {
            throw unsupported(resource);
        }
    }

    private static StatusException unsupported(Resource resource) {
        boolean custom = resource.custom() != null;
        return Status.unsupportedMediaType(custom ? FOR_CUSTOM : "415: Unsupported Media Type")
                .asException();
    }
}
