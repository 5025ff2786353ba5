package kat.api.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The discovery documents of a table of kinds. Groups and versions keep the table's order, the
/// first version of a group being the preferred one; resources are sorted by name.
///
/// What is left out of the table does not exist for clients.
///
/// **Threads:** any.
///
/// **Source:** `meta/v1` APIGroupList, APIResourceList; `apidiscovery.k8s.io/v2`.
public final class Discovery {

    /// By group, then version; the core group is the empty text.
    private final SequencedMap<String, SequencedMap<String, List<Kind>>> groups =
            new LinkedHashMap<>();

    private final Function<Kind, String> storedIn;

    /// Of built-in kinds.
    public Discovery(KindTable table) {
        this(table, _ -> true, Kinds::storedIn);
    }

    /// @param isServed which kinds clients may see
    /// @param storedIn group and version, with a slash between them, in which objects of a kind
    ///     are stored; empty when that is not told
    public Discovery(KindTable table, Predicate<Kind> isServed, Function<Kind, String> storedIn) {
        this.storedIn = storedIn;
        for (Kind kind : table.all()) {
            if (isServed.test(kind)) {
                groups.computeIfAbsent(kind.group(), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(kind.version(), _ -> new ArrayList<>())
                        .add(kind);
            }
        }
        groups.values()
                .forEach(
                        versions ->
                                versions.values()
                                        .forEach(
                                                kinds ->
                                                        kinds.sort(
                                                                Comparator.comparing(
                                                                        Kind::plural))));
    }

    /// The names of all groups but the core one, in order.
    public List<String> groupNames() {
        return groups.keySet().stream().filter(name -> !name.isEmpty()).toList();
    }

    /// `/api`.
    ///
    /// @param serverAddress host and port under which the client came
    public JsonObject coreVersions(String serverAddress) {
        JsonObject address =
                JsonObject.of(
                        "clientCIDR",
                        Json.of("0.0.0.0/0"),
                        "serverAddress",
                        Json.of(serverAddress));
        return JsonObject.builder()
                .put("kind", "APIVersions")
                .put("versions", JsonArray.ofStrings(versionsOf("").keySet()))
                .put("serverAddressByClientCIDRs", JsonArray.of(address))
                .build();
    }

    /// `/apis`.
    public JsonObject groups() {
        List<Json> all = new ArrayList<>();
        for (String name : groupNames()) {
            all.add(groupMembers(name).build());
        }
        return JsonObject.builder()
                .put("kind", "APIGroupList")
                .put("apiVersion", "v1")
                .put("groups", new JsonArray(all))
                .build();
    }

    /// `/apis/GROUP`; null when there is no such group.
    public @Nullable JsonObject group(String name) {
        if (name.isEmpty() || !groups.containsKey(name)) {
            return null;
        }
        return groupMembers(name).put("kind", "APIGroup").put("apiVersion", "v1").build();
    }

    private JsonObject.Builder groupMembers(String name) {
        List<Json> versions = new ArrayList<>();
        for (String version : versionsOf(name).keySet()) {
            versions.add(
                    JsonObject.of(
                            "groupVersion",
                            Json.of(name + "/" + version),
                            "version",
                            Json.of(version)));
        }
        return JsonObject.builder()
                .put("name", name)
                .put("versions", new JsonArray(versions))
                .put("preferredVersion", versions.getFirst());
    }

    /// `/api/v1` and `/apis/GROUP/VERSION`; null when there is no such version.
    ///
    /// @param group empty for the core group
    public @Nullable JsonObject resources(String group, String version) {
        List<Kind> kinds = versionsOf(group).get(version);
        if (kinds == null) {
            return null;
        }
        List<Json> all = new ArrayList<>();
        for (Kind kind : kinds) {
            all.add(PlainResources.resource(kind, storedIn.apply(kind)));
            for (Kind.Subresource subresource : kind.subresources()) {
                all.add(PlainResources.subresource(kind, subresource));
            }
        }
        JsonObject.Builder list =
                JsonObject.builder()
                        .put("kind", "APIResourceList")
                        .put("groupVersion", kinds.getFirst().apiVersion())
                        .put("resources", new JsonArray(all));
        return group.isEmpty() ? list.build() : list.put("apiVersion", "v1").build();
    }

    /// `/api` in the aggregated form.
    ///
    /// @param version of `apidiscovery.k8s.io`: `v2` or `v2beta1`
    public JsonObject aggregatedCore(String version) {
        return aggregated(version, groups.containsKey("") ? List.of("") : List.of());
    }

    /// `/apis` in the aggregated form.
    ///
    /// @param version of `apidiscovery.k8s.io`: `v2` or `v2beta1`
    public JsonObject aggregatedGroups(String version) {
        return aggregated(version, groupNames());
    }

    private JsonObject aggregated(String version, List<String> names) {
        List<Json> items = new ArrayList<>();
        for (String name : names) {
            JsonObject metadata =
                    name.isEmpty() ? JsonObject.EMPTY : JsonObject.of("name", Json.of(name));
            List<Json> versions = new ArrayList<>();
            versionsOf(name)
                    .forEach(
                            (served, kinds) ->
                                    versions.add(AggregatedResources.version(served, kinds)));
            items.add(JsonObject.of("metadata", metadata, "versions", new JsonArray(versions)));
        }
        return JsonObject.builder()
                .put("kind", "APIGroupDiscoveryList")
                .put("apiVersion", "apidiscovery.k8s.io/" + version)
                .put("metadata", JsonObject.EMPTY)
                .put("items", new JsonArray(items))
                .build();
    }

    private SequencedMap<String, List<Kind>> versionsOf(String group) {
        SequencedMap<String, List<Kind>> versions = groups.get(group);
        return versions == null ? new LinkedHashMap<>() : versions;
    }
}
