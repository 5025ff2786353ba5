package kat.api.apply;

import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;

/// The object that a new one is compared with: what Kubernetes writes for a kind whose fields were
/// never set. Its structs are there already, so nobody comes to own them by creating an object.
final class ZeroObject {

    private ZeroObject() {}

    static JsonObject of(Schema schema) {
        JsonObject.Builder members = JsonObject.builder();
        schema.fields()
                .forEach(
                        (name, field) -> {
                            if (isThere(field)) {
                                members.put(name, value(field));
                            }
                        });
        return members.build();
    }

    private static boolean isThere(Schema field) {
        Json absent = field.defaultValue();
        boolean always =
                field.presence() == Schema.Presence.ALWAYS
                        && (absent == null || absent.equals(value(field)));
        return always || field.definition().equals(Schemas.OBJECT_META);
    }

    private static Json value(Schema field) {
        return switch (field.type()) {
            case OBJECT -> of(field);
            case STRING -> new JsonString("");
            case INTEGER, NUMBER -> Json.of(0);
            case BOOLEAN -> Json.of(false);
            default -> JsonNull.NULL;
        };
    }
}
