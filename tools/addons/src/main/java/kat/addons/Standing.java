package kat.addons;

import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// An add-on of the catalogue, and how it stands in a cluster.
///
/// @param release null where it is not enabled
/// @param program what KAT's server says of its program, such as `running`; empty for none
public record Standing(Addon addon, @Nullable Release release, String program) {

    private static final String DEPLOYED = "deployed";

    /// `yes`, `no`, or what keeps it from being either.
    public String enabled() {
        if (release == null) {
            return "no";
        }
        if (!release.status().equals(DEPLOYED)) {
            return release.status();
        }
        return program.startsWith("failed") ? "failed" : "yes";
    }

    public JsonObject toJson() {
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("name", addon.name())
                        .put("enabled", release != null)
                        .put("description", addon.description())
                        .put("version", addon.version());
        if (release != null) {
            json.put("namespace", release.namespace())
                    .put("installedVersion", release.version())
                    .put("status", release.status())
                    .put("revision", release.revision());
        }
        return json.putUnlessEmpty("program", program).build();
    }
}
