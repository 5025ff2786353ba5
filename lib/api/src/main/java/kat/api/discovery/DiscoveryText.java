package kat.api.discovery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The text of discovery's documents, with members in the order in which Kubernetes' types have
/// them: scripts search that text, kubectl's own tests among them.
///
/// **Source:** `meta/v1` APIVersions, APIGroupList, APIGroup, APIResourceList, APIResource.
public final class DiscoveryText {

    private static final List<String> OF_DOCUMENT =
            List.of(
                    "kind",
                    "apiVersion",
                    "groupVersion",
                    "metadata",
                    "name",
                    "versions",
                    "preferredVersion",
                    "serverAddressByClientCIDRs",
                    "groups",
                    "resources",
                    "items");

    private static final List<String> OF_ENTRY =
            List.of(
                    "name",
                    "singularName",
                    "namespaced",
                    "groupVersion",
                    "group",
                    "version",
                    "kind",
                    "verbs",
                    "shortNames",
                    "categories",
                    "storageVersionHash",
                    "versions",
                    "preferredVersion");

    private DiscoveryText() {}

    /// UTF-8, without spaces.
    public static byte[] of(JsonObject document) {
        StringBuilder text = new StringBuilder();
        write(document, OF_DOCUMENT, text);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Json value, List<String> order, StringBuilder text) {
        switch (value) {
            case JsonObject object -> members(object, order, text);
            case JsonArray array -> {
                String separator = "[";
                for (Json element : array) {
                    text.append(separator);
                    write(element, OF_ENTRY, text);
                    separator = ",";
                }
                text.append(separator.equals("[") ? "[]" : "]");
            }
            default -> text.append(new String(value.toBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void members(JsonObject object, List<String> order, StringBuilder text) {
        List<Integer> sorted = new ArrayList<>();
        for (int i = 0; i < object.size(); i++) {
            sorted.add(i);
        }
        sorted.sort(Comparator.comparingInt(i -> place(object.nameAt(i), order)));
        String separator = "{";
        for (int i : sorted) {
            text.append(separator);
            write(Json.of(object.nameAt(i)), order, text);
            text.append(':');
            write(object.valueAt(i), OF_ENTRY, text);
            separator = ",";
        }
        text.append(object.isEmpty() ? "{}" : "}");
    }

    private static int place(String name, List<String> order) {
        int place = order.indexOf(name);
        return place < 0 ? order.size() : place;
    }
}
