package kat.api.discovery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Entries of an APIResourceList.
final class PlainResources {

    private static final int HASH_BYTES = 8;

    private PlainResources() {}

    /// @param storedIn group and version of stored objects; empty when that is not told
    static Json resource(Kind kind, String storedIn) {
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("name", kind.plural())
                        .put("singularName", kind.singular())
                        .put("namespaced", kind.namespaced())
                        .put("kind", kind.kind())
                        .put("verbs", JsonArray.ofStrings(kind.verbs()));
        if (!kind.shortNames().isEmpty()) {
            json.put("shortNames", JsonArray.ofStrings(kind.shortNames()));
        }
        if (!kind.categories().isEmpty()) {
            json.put("categories", JsonArray.ofStrings(kind.categories()));
        }
        if (kind.verbs().contains("watch") && !storedIn.isEmpty()) {
            json.put("storageVersionHash", storageVersionHash(storedIn + "/" + kind.kind()));
        }
        return json.build();
    }

    static Json subresource(Kind kind, Kind.Subresource subresource) {
        boolean foreign =
                !subresource.group().equals(kind.group())
                        || !subresource.version().equals(kind.version());
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("name", kind.plural() + "/" + subresource.name())
                        .put("singularName", "")
                        .put("namespaced", kind.namespaced())
                        .put("kind", subresource.kind())
                        .put("verbs", JsonArray.ofStrings(subresource.verbs()));
        if (foreign) {
            json.putUnlessEmpty("group", subresource.group()).put("version", subresource.version());
        }
        return json.build();
    }

    /// Tells in which version objects are stored; equal as long as that does not change.
    private static String storageVersionHash(String name) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
