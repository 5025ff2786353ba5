package kat.api.custom;

import kat.api.json.JsonObject;

/// What users of a deprecated version of a custom resource are told.
///
/// **Source:** `defaultDeprecationWarning` of the apiextensions server.
final class Deprecation {

    private Deprecation() {}

    /// Empty when the version is not deprecated.
    static String warning(JsonObject spec, JsonObject version) {
        if (!version.bool("deprecated")) {
            return "";
        }
        String own = version.string("deprecationWarning");
        return own.isEmpty() ? standard(spec, version.string("name")) : own;
    }

    private static String standard(JsonObject spec, String version) {
        String kind = spec.object("names").string("kind");
        String best = "";
        for (JsonObject other : spec.array("versions").objects()) {
            String name = other.string("name");
            boolean usable = other.bool("served") && !other.bool("deprecated");
            if (usable
                    && VersionOrder.compare(name, version) > 0
                    && (best.isEmpty() || VersionOrder.compare(name, best) > 0)) {
                best = name;
            }
        }
        String group = spec.string("group") + "/";
        String plain = group + version + " " + kind + " is deprecated";
        return best.isEmpty() ? plain : plain + "; use " + group + best + " " + kind;
    }
}
