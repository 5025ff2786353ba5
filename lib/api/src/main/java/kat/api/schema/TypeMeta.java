package kat.api.schema;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// The part of a body that is read first: which kind it says it is of.
///
/// **Source:** `SimpleMetaFactory` of `k8s.io/apimachinery`.
public final class TypeMeta {

    private static final String START = "couldn't get version/kind; json parse error: ";

    private TypeMeta() {}

    /// Why a body does not tell its kind; null when it does, or says nothing of it.
    public static @Nullable String fault(Json body) {
        if (body instanceof JsonNull) {
            return null;
        }
        if (!(body instanceof JsonObject object)) {
            return START
                    + "json: cannot unmarshal "
                    + GoNames.ofValue(body)
                    + " into Go value of type struct { APIVersion string"
                    + " \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
                    + " \"json:\\\"kind,omitempty\\\"\" }";
        }
        for (String field : List.of("apiVersion", "kind")) {
            Json given = object.get(field);
            if (given != null && !(given instanceof JsonString) && !(given instanceof JsonNull)) {
                return START
                        + "json: cannot unmarshal "
                        + GoNames.ofValue(given)
                        + " into Go struct field ."
                        + field
                        + " of type string";
            }
        }
        return null;
    }

    /// The same of a body that cannot be read at all.
    ///
    /// @param why in Go's words
    public static String unreadable(@Nullable String why) {
        return START + why;
    }
}
