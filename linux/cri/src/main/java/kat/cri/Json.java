package kat.cri;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/// Reads the few JSON documents of image archives and streams; what is absent or of another type
/// reads as empty.
final class Json {

    private Json() {}

    /// @throws JsonParseException when `text` is not an object
    static JsonObject object(String text) {
        JsonElement element = JsonParser.parseString(text);
        if (!element.isJsonObject()) {
            throw new JsonParseException("not a JSON object");
        }
        return element.getAsJsonObject();
    }

    static JsonObject object(JsonObject in, String key) {
        JsonElement element = in.get(key);
        return element != null && element.isJsonObject()
                ? element.getAsJsonObject()
                : new JsonObject();
    }

    static String string(JsonObject in, String key) {
        JsonElement element = in.get(key);
        return element != null && element.isJsonPrimitive() ? element.getAsString() : "";
    }

    static List<JsonObject> objects(JsonObject in, String key) {
        return objects(array(in, key));
    }

    static List<JsonObject> objects(JsonArray in) {
        List<JsonObject> out = new ArrayList<>();
        for (JsonElement element : in) {
            if (element.isJsonObject()) {
                out.add(element.getAsJsonObject());
            }
        }
        return out;
    }

    static List<String> strings(JsonObject in, String key) {
        List<String> out = new ArrayList<>();
        for (JsonElement element : array(in, key)) {
            if (element.isJsonPrimitive()) {
                out.add(element.getAsString());
            }
        }
        return out;
    }

    private static JsonArray array(JsonObject in, String key) {
        JsonElement element = in.get(key);
        return element != null && element.isJsonArray()
                ? element.getAsJsonArray()
                : new JsonArray();
    }
}
