package kat.app.load;

import java.util.function.BiFunction;
import java.util.function.IntFunction;

/// A sort of objects that are written one at a time.
///
/// @param name what its figures begin with; empty for the usual sort
/// @param collection the path of the objects in the measurement's namespace
/// @param body makes an object from its name and a letter that changes
/// @param blind whether an object may be updated without telling which version is replaced
/// @param patch makes a merge patch from a number that changes
record Sort(
        String name,
        String collection,
        BiFunction<String, String, String> body,
        boolean blind,
        IntFunction<String> patch) {

    static Sort configMaps(String namespace) {
        return new Sort(
                "",
                "/api/v1/namespaces/" + namespace + "/configmaps",
                Objects::configMap,
                true,
                i -> "{\"data\":{\"p\":\"" + i + "\"}}");
    }

    static Sort custom(String namespace) {
        return new Sort(
                "custom ",
                "/apis/" + CustomObjects.GROUP + "/v1/namespaces/" + namespace + "/shapes",
                CustomObjects::shape,
                false,
                i -> "{\"spec\":{\"number0\":" + i % CustomObjects.MOST + "}}");
    }
}
