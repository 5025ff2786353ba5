package kat.apiserver.aggregation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The groups that other servers serve, as discovery tells of them.
///
/// **Threads:** immutable.
///
/// **Source:** `kube-aggregator/pkg/apiserver/handler_apis.go`, `handler_discovery.go`.
public final class RemoteGroups {

    static final RemoteGroups NONE = new RemoteGroups(List.of());

    private static final String OPEN_API = "/openapi/v3";

    private final List<Route> routes;
    private final SequencedMap<String, List<Route>> groups = new LinkedHashMap<>();

    RemoteGroups(List<Route> routes) {
        this.routes = List.copyOf(routes);
        routes.stream()
                .filter(route -> !route.group().isEmpty())
                .sorted(
                        Comparator.comparingInt((Route r) -> -r.groupPriority())
                                .thenComparing(Route::group)
                                .thenComparingInt(r -> -r.versionPriority())
                                .thenComparing(Route::version))
                .forEach(
                        route ->
                                groups.computeIfAbsent(route.group(), _ -> new ArrayList<>())
                                        .add(route));
    }

    List<Route> routes() {
        return routes;
    }

    public boolean isEmpty() {
        return routes.isEmpty();
    }

    /// The way to a version; null when no other server has it.
    public @Nullable Route find(String group, String version) {
        for (Route route : routes) {
            if (route.group().equals(group) && route.version().equals(version)) {
                return route;
            }
        }
        return null;
    }

    /// The kinds of other servers, those first that clients prefer; as they were last seen of
    /// servers that are away.
    public List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (List<Route> versions : groups.sequencedValues()) {
            versions.forEach(route -> kinds.addAll(RemoteResources.kinds(route)));
        }
        return kinds;
    }

    /// Versions whose servers cannot be asked, as `GROUP/VERSION`, sorted.
    public List<String> away() {
        return routes.stream()
                .filter(route -> !route.isAvailable())
                .map(Route::groupVersion)
                .sorted()
                .toList();
    }

    /// The way of a path; null when it is not another server's.
    public @Nullable Route ofPath(String path) {
        String plain = path.startsWith(OPEN_API) ? path.substring(OPEN_API.length()) : path;
        for (Route route : routes) {
            String root = route.root();
            if (plain.equals(root) || plain.startsWith(root + "/")) {
                return route;
            }
        }
        return null;
    }

    /// `/apis/GROUP`; null when no other server has the group.
    public @Nullable JsonObject group(String name) {
        List<Route> versions = groups.get(name);
        return versions == null
                ? null
                : members(name, versions).put("kind", "APIGroup").put("apiVersion", "v1").build();
    }

    private static JsonObject.Builder members(String name, List<Route> versions) {
        List<Json> all = new ArrayList<>();
        for (Route each : versions) {
            all.add(
                    JsonObject.of(
                            "groupVersion",
                            Json.of(each.groupVersion()),
                            "version",
                            Json.of(each.version())));
        }
        return JsonObject.builder()
                .put("name", name)
                .put("versions", new JsonArray(all))
                .put("preferredVersion", all.getFirst());
    }

    /// An APIGroupList with these groups behind its own; a group of both has the versions of both.
    public JsonObject addTo(JsonObject groupList) {
        JsonArray all = groupList.array("groups");
        for (String name : groups.sequencedKeySet()) {
            JsonObject mine = members(name, groups.getOrDefault(name, List.of())).build();
            all = merged(all, mine, group -> group.string("name").equals(name));
        }
        return groupList.with("groups", all);
    }

    private static JsonArray merged(JsonArray all, JsonObject mine, Predicate<JsonObject> isSame) {
        List<Json> result = new ArrayList<>();
        boolean found = false;
        for (JsonObject each : all.objects()) {
            boolean same = isSame.test(each);
            found |= same;
            result.add(same ? each.with("versions", versions(each, mine)) : each);
        }
        if (!found) {
            result.add(mine);
        }
        return new JsonArray(result);
    }

    private static JsonArray versions(JsonObject own, JsonObject mine) {
        List<String> replaced =
                mine.array("versions").objects().stream().map(v -> v.string("version")).toList();
        List<Json> versions = new ArrayList<>();
        for (JsonObject each : own.array("versions").objects()) {
            if (!replaced.contains(each.string("version"))) {
                versions.add(each);
            }
        }
        versions.addAll(mine.array("versions").items());
        return new JsonArray(versions);
    }

    /// The index of OpenAPI documents with those of versions that can be reached.
    public JsonObject addToOpenApi(JsonObject index) {
        JsonObject paths = index.object("paths");
        for (Route route : routes) {
            if (route.isAvailable()) {
                String at = OPEN_API + route.root();
                paths =
                        paths.with(
                                route.root().substring(1),
                                JsonObject.of("serverRelativeURL", Json.of(at)));
            }
        }
        return routes.isEmpty() ? index : index.with("paths", paths);
    }

    /// An APIGroupDiscoveryList with these groups behind its own.
    public JsonObject addToAggregated(JsonObject list) {
        JsonArray all = list.array("items");
        for (String name : groups.sequencedKeySet()) {
            List<Json> versions = new ArrayList<>();
            for (Route route : groups.getOrDefault(name, List.of())) {
                versions.add(RemoteResources.aggregated(route));
            }
            JsonObject metadata = JsonObject.of("name", Json.of(name));
            JsonObject mine =
                    JsonObject.of("metadata", metadata, "versions", new JsonArray(versions));
            all = merged(all, mine, g -> g.object("metadata").string("name").equals(name));
        }
        return list.with("items", all);
    }
}
