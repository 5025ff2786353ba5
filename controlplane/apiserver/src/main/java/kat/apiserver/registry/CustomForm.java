package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import kat.api.Status;
import kat.api.custom.CustomKind;
import kat.api.custom.Definition;
import kat.api.defaults.Defaults;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.store.Entry;

/// Custom resources are stored with their `apiVersion` and `kind`, so that an object tells in which
/// version it was written. What was written in another version, or before the definition was last
/// changed, is pruned and defaulted by its own version when it is read, then converted.
public final class CustomForm implements Form {

    private static final String UNKNOWN_VERSION =
            "request to convert CR from an invalid group/version: ";

    /// Changes nothing but the name of the version.
    public static final Conversion NONE =
            (objects, apiVersion) ->
                    objects.stream().map(each -> each.with("apiVersion", apiVersion)).toList();

    private final CustomKind custom;
    private final Map<String, Schema> schemas;
    private final String stored;
    private final long since;
    private final Conversion conversion;
    private final byte[] start;
    private final byte[] storedStart;

    /// How one version becomes another.
    public interface Conversion {
        /// Gives as many objects as it gets, in the same order.
        ///
        /// @param apiVersion wanted; the objects have others
        List<JsonObject> convert(List<JsonObject> objects, String apiVersion);

        /// Whether it may wait for something outside the process.
        default boolean blocks() {
            return false;
        }
    }

    /// @param since the revision of the definition: older entries may not fit its schemas
    CustomForm(CustomKind custom, Definition definition, long since, Conversion conversion) {
        this.custom = custom;
        this.schemas = definition.schemas();
        this.stored = definition.group() + "/" + definition.storageVersion();
        this.since = since;
        this.conversion = conversion;
        this.start = start(custom.kind().apiVersion());
        this.storedStart = start(stored);
    }

    private static byte[] start(String apiVersion) {
        return ("{\"apiVersion\":" + Json.of(apiVersion) + ",").getBytes(UTF_8);
    }

    @Override
    public boolean isServed(Entry entry) {
        return begins(entry, start);
    }

    /// Whether an entry was written in the version in which all are stored now.
    boolean isStored(Entry entry) {
        return begins(entry, storedStart);
    }

    private boolean begins(Entry entry, byte[] wanted) {
        if (entry.modRevision() < since) {
            return false;
        }
        byte[] bytes = entry.bytes();
        for (int i = 0; i < wanted.length; i++) {
            if (i >= bytes.length || bytes[i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    boolean blocks() {
        return conversion.blocks();
    }

    @Override
    public JsonObject served(JsonObject object) {
        return served(List.of(object)).getFirst();
    }

    /// Several at once: a webhook is asked once for all of them.
    List<JsonObject> served(List<JsonObject> objects) {
        List<JsonObject> known = objects.stream().map(this::known).toList();
        return converted(known, custom.kind().apiVersion());
    }

    /// A stored object with what its own version drops and fills in.
    private JsonObject known(JsonObject object) {
        Schema schema = schema(object.string("apiVersion"));
        return Defaults.apply(schema, Decoder.canonical(schema, object));
    }

    private Schema schema(String apiVersion) {
        Schema schema = schemas.get(apiVersion);
        if (schema == null) {
            throw new Status(500, "", UNKNOWN_VERSION + apiVersion, Status.Details.NONE)
                    .asException();
        }
        return schema;
    }

    /// The objects in another version, without what that does not know.
    private List<JsonObject> converted(List<JsonObject> objects, String wanted) {
        List<JsonObject> others = objects.stream().filter(each -> !isOf(each, wanted)).toList();
        if (others.isEmpty()) {
            return objects;
        }
        Schema schema = schema(wanted);
        Iterator<JsonObject> answers = conversion.convert(others, wanted).iterator();
        List<JsonObject> all = new ArrayList<>(objects.size());
        for (JsonObject each : objects) {
            all.add(isOf(each, wanted) ? each : Decoder.canonical(schema, answers.next()));
        }
        return all;
    }

    private static boolean isOf(JsonObject object, String apiVersion) {
        return object.string("apiVersion").equals(apiVersion);
    }

    @Override
    public JsonObject stored(JsonObject object) {
        return converted(List.of(object), stored).getFirst();
    }
}
