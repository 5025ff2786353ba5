package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import kat.api.custom.CustomKind;
import kat.api.defaults.Defaults;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Decoder;
import kat.store.Entry;

/// Custom resources are stored with their `apiVersion` and `kind`, so that an object tells in which
/// version it was written. What was written in another version, or before the definition was last
/// changed, is converted, pruned and defaulted when it is read.
public final class CustomForm implements Form {

    /// Changes nothing but the name of the version.
    public static final Conversion NONE =
            (object, apiVersion) -> object.with("apiVersion", apiVersion);

    private final CustomKind custom;
    private final String stored;
    private final long since;
    private final Conversion conversion;
    private final byte[] start;

    /// How one version becomes another.
    public interface Conversion {
        /// @param apiVersion wanted; `object` has another
        JsonObject convert(JsonObject object, String apiVersion);

        /// Whether it may wait for something outside the process.
        default boolean blocks() {
            return false;
        }
    }

    /// @param stored the `apiVersion` in which new objects are stored
    /// @param since the revision of the definition: older entries may not fit its schemas
    CustomForm(CustomKind custom, String stored, long since, Conversion conversion) {
        this.custom = custom;
        this.stored = stored;
        this.since = since;
        this.conversion = conversion;
        this.start = start(custom.kind().apiVersion());
    }

    private static byte[] start(String apiVersion) {
        return ("{\"apiVersion\":" + Json.of(apiVersion) + ",").getBytes(UTF_8);
    }

    @Override
    public boolean isServed(Entry entry) {
        if (entry.modRevision() < since) {
            return false;
        }
        byte[] bytes = entry.bytes();
        for (int i = 0; i < start.length; i++) {
            if (i >= bytes.length || bytes[i] != start[i]) {
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
        String wanted = custom.kind().apiVersion();
        JsonObject converted =
                object.string("apiVersion").equals(wanted)
                        ? object
                        : conversion.convert(object, wanted);
        JsonObject pruned = Decoder.canonical(custom.schema(), converted);
        return Defaults.apply(custom.schema(), pruned);
    }

    @Override
    public JsonObject stored(JsonObject object) {
        return object.string("apiVersion").equals(stored)
                ? object
                : conversion.convert(object, stored);
    }
}
