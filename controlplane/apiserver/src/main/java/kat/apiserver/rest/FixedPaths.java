package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.http.Answer;
import kat.apiserver.registry.Resources;

/// Health, version, metrics and plain discovery.
final class FixedPaths implements Paths {

    private final Resources resources;
    private final JsonObject version;
    private final Map<String, BooleanSupplier> checks;
    private final Supplier<String> metrics;

    /// @param checks by name, in the order in which they are told
    FixedPaths(
            Resources resources,
            JsonObject version,
            Map<String, BooleanSupplier> checks,
            Supplier<String> metrics) {
        this.resources = resources;
        this.version = version;
        this.checks = new LinkedHashMap<>(checks);
        this.metrics = metrics;
    }

    @Override
    public void handle(Call call) {
        String path = call.info().path();
        String method = call.request().method();
        boolean reads = method.equals("GET") || method.equals("HEAD");
        String trimmed =
                path.length() > 1 && path.endsWith("/")
                        ? path.substring(0, path.length() - 1)
                        : path;
        Answer answer = reads ? answer(call, trimmed) : null;
        if (answer == null && !reads) {
            throw Answers.methodNotAllowed().asException();
        }
        call.send(answer == null ? Answers.pageNotFound() : answer);
    }

    private Answer answer(Call call, String path) {
        return switch (path) {
            case "/version" -> call.rendered(200, version.toBytes());
            case "/metrics" ->
                    Answer.of(
                            200,
                            "text/plain; version=0.0.4; charset=utf-8",
                            metrics.get().getBytes(UTF_8));
            case "/api" -> call.rendered(200, versions(call).toBytes());
            case "/apis" -> call.rendered(200, groups().toBytes());
            case "/" -> call.rendered(200, index().toBytes());
            default -> further(call, path);
        };
    }

    private Answer further(Call call, String path) {
        for (String probe : List.of("healthz", "livez", "readyz")) {
            if (path.equals("/" + probe)) {
                return health(call, probe);
            }
            if (path.startsWith("/" + probe + "/")) {
                return single(path.substring(probe.length() + 2));
            }
        }
        String[] parts = path.substring(1).split("/", -1);
        if (parts.length == 2 && parts[0].equals("api") && parts[1].equals("v1")) {
            return call.rendered(200, resourceList("", "v1").toBytes());
        }
        if (parts.length == 2 && parts[0].equals("apis") && resources.hasGroup(parts[1])) {
            return call.rendered(
                    200,
                    group(parts[1]).with("kind", "APIGroup").with("apiVersion", "v1").toBytes());
        }
        if (parts.length == 3 && parts[0].equals("apis") && resources.hasGroup(parts[1])) {
            JsonObject list = resourceList(parts[1], parts[2]);
            return list.array("resources").isEmpty()
                    ? Answers.status(Answers.noSuchResource())
                    : call.rendered(200, list.with("apiVersion", "v1").toBytes());
        }
        return Answers.pageNotFound();
    }

    private Answer health(Call call, String probe) {
        StringBuilder told = new StringBuilder();
        boolean healthy = true;
        for (Map.Entry<String, BooleanSupplier> check : checks.entrySet()) {
            boolean passes =
                    call.query().all("exclude").contains(check.getKey())
                            || check.getValue().getAsBoolean();
            healthy &= passes;
            told.append(passes ? "[+]" : "[-]").append(check.getKey());
            told.append(passes ? " ok\n" : " failed: reason withheld\n");
        }
        if (!healthy) {
            return Answers.text(500, told + probe + " check failed\n");
        }
        return Answers.text(
                200, call.query().has("verbose") ? told + probe + " check passed\n" : "ok");
    }

    private Answer single(String name) {
        BooleanSupplier check = checks.get(name);
        if (check == null) {
            return Answers.pageNotFound();
        }
        return check.getAsBoolean()
                ? Answers.text(200, "ok")
                : Answers.text(500, "internal server error: " + name + " failed\n");
    }

    private JsonObject versions(Call call) {
        String host = call.request().header("host");
        JsonObject address =
                JsonObject.of(
                        "clientCIDR",
                        Json.of("0.0.0.0/0"),
                        "serverAddress",
                        Json.of(host == null ? "" : host));
        return JsonObject.builder()
                .put("kind", "APIVersions")
                .put("versions", JsonArray.of(Json.of("v1")))
                .put("serverAddressByClientCIDRs", JsonArray.of(address))
                .build();
    }

    private SequencedSet<String> groupNames() {
        SequencedSet<String> names = new LinkedHashSet<>();
        for (Kind kind : resources.kinds().all()) {
            if (!kind.group().isEmpty()) {
                names.add(kind.group());
            }
        }
        return names;
    }

    private JsonObject groups() {
        List<Json> groups = new ArrayList<>();
        for (String name : groupNames()) {
            groups.add(group(name));
        }
        return JsonObject.builder()
                .put("kind", "APIGroupList")
                .put("apiVersion", "v1")
                .put("groups", new JsonArray(groups))
                .build();
    }

    private JsonObject group(String name) {
        SequencedSet<String> found = new LinkedHashSet<>();
        for (Kind kind : resources.kinds().inGroup(name)) {
            if (!found.contains(kind.version())) {
                found.addFirst(kind.version());
            }
        }
        List<Json> versions = new ArrayList<>();
        for (String one : found) {
            versions.add(
                    JsonObject.of(
                            "groupVersion", Json.of(name + "/" + one), "version", Json.of(one)));
        }
        return JsonObject.builder()
                .put("name", name)
                .put("versions", new JsonArray(versions))
                .put("preferredVersion", versions.getFirst())
                .build();
    }

    private JsonObject resourceList(String group, String version) {
        List<Json> list = new ArrayList<>();
        for (Kind kind : resources.kinds().inGroup(group)) {
            if (kind.version().equals(version)) {
                list.add(resource(kind));
                for (Kind.Subresource sub : kind.subresources()) {
                    list.add(subresource(kind, sub));
                }
            }
        }
        return JsonObject.builder()
                .put("kind", "APIResourceList")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version)
                .put("resources", new JsonArray(list))
                .build();
    }

    private static JsonObject resource(Kind kind) {
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
        return json.build();
    }

    private static JsonObject subresource(Kind kind, Kind.Subresource sub) {
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("name", kind.plural() + "/" + sub.name())
                        .put("singularName", "")
                        .put("namespaced", kind.namespaced())
                        .put("kind", sub.kind())
                        .put("verbs", JsonArray.ofStrings(sub.verbs()));
        if (!sub.group().equals(kind.group()) || !sub.version().equals(kind.version())) {
            json.putUnlessEmpty("group", sub.group()).put("version", sub.version());
        }
        return json.build();
    }

    private JsonObject index() {
        List<String> paths = new ArrayList<>(List.of("/api", "/api/v1", "/apis"));
        for (String group : groupNames()) {
            paths.add("/apis/" + group);
        }
        paths.addAll(List.of("/healthz", "/livez", "/metrics", "/readyz", "/version"));
        return JsonObject.of("paths", JsonArray.ofStrings(paths));
    }
}
