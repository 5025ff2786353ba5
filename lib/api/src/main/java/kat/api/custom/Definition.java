package kat.api.custom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.api.table.Column;
import org.jspecify.annotations.Nullable;

/// A CustomResourceDefinition, read.
///
/// **Threads:** immutable.
///
/// **Source:** `apiextensions.k8s.io/v1`; `pkg/apiserver/customresource_discovery_controller.go` of
/// the apiextensions server.
public final class Definition {

    public static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private static final List<String> VERBS =
            List.of(
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "create",
                    "update",
                    "watch");
    private static final List<String> PART_VERBS = List.of("get", "patch", "update");

    private final KubeObject object;
    private final List<CustomKind> served;
    private final Map<String, Schema> schemas;
    private final String storageVersion;

    private Definition(
            KubeObject object,
            List<CustomKind> served,
            Map<String, Schema> schemas,
            String storageVersion) {
        this.object = object;
        this.served = List.copyOf(served);
        this.schemas = Map.copyOf(schemas);
        this.storageVersion = storageVersion;
    }

    /// @param object a valid definition
    public static Definition parse(KubeObject object) {
        List<CustomKind> served = new ArrayList<>();
        Map<String, Schema> schemas = new HashMap<>();
        String group = object.spec().string("group");
        JsonObject storage = storage(object.spec());
        String stored = storage.bool("served") ? group + "/" + storage.string("name") : "";
        for (JsonObject version : object.spec().array("versions").objects()) {
            CustomKind kind = kind(object.spec(), names(object), version, stored);
            schemas.put(group + "/" + version.string("name"), kind.schema());
            if (version.bool("served")) {
                served.add(kind);
            }
        }
        served.sort((a, b) -> VersionOrder.compare(b.kind().version(), a.kind().version()));
        return new Definition(object, served, schemas, storage.string("name"));
    }

    /// The version that is marked; empty when none is.
    private static JsonObject storage(JsonObject spec) {
        for (JsonObject version : spec.array("versions").objects()) {
            if (version.bool("storage")) {
                return version;
            }
        }
        return JsonObject.EMPTY;
    }

    public KubeObject object() {
        return object;
    }

    /// Every served version, the most stable first.
    public List<CustomKind> served() {
        return served;
    }

    /// The version in which new objects are stored.
    public String storageVersion() {
        return storageVersion;
    }

    /// The schema of each version, served or not, by `apiVersion`.
    public Map<String, Schema> schemas() {
        return schemas;
    }

    public JsonObject conversion() {
        return object.spec().object("conversion");
    }

    public String group() {
        return object.spec().string("group");
    }

    /// Whether a condition is true.
    public boolean is(String condition) {
        return is(object, condition);
    }

    public static boolean is(KubeObject definition, String condition) {
        return condition(definition, condition).string("status").equals("True");
    }

    /// Empty when there is none.
    public static JsonObject condition(KubeObject definition, String type) {
        for (JsonObject condition : definition.status().array("conditions").objects()) {
            if (condition.string("type").equals(type)) {
                return condition;
            }
        }
        return JsonObject.EMPTY;
    }

    /// The names that were accepted, or else those that are asked for.
    private static JsonObject names(KubeObject object) {
        JsonObject accepted = object.status().object("acceptedNames");
        return accepted.string("plural").isEmpty() ? object.spec().object("names") : accepted;
    }

    private static CustomKind kind(
            JsonObject spec, JsonObject names, JsonObject version, String stored) {
        JsonObject parts = version.object("subresources");
        CustomKind.@Nullable ScalePaths scale =
                parts.has("scale") ? scale(parts.object("scale")) : null;
        List<Kind.Subresource> subresources = new ArrayList<>();
        String group = spec.string("group");
        String name = version.string("name");
        if (parts.has("status")) {
            subresources.add(
                    new Kind.Subresource("status", group, name, names.string("kind"), PART_VERBS));
        }
        if (scale != null) {
            subresources.add(
                    new Kind.Subresource("scale", "autoscaling", "v1", "Scale", PART_VERBS));
        }
        Kind kind =
                new Kind(
                        group,
                        name,
                        names.string("kind"),
                        names.string("plural"),
                        names.string("singular"),
                        spec.string("scope").equals("Namespaced"),
                        names.array("shortNames").strings(),
                        names.array("categories").strings(),
                        subresources,
                        VERBS,
                        "");
        JsonObject openApi = version.object("schema").object("openAPIV3Schema");
        return new CustomKind(
                kind,
                names.string("listKind", kind.listKind()),
                Schemas.builtIn().structural(effective(spec, openApi)),
                openApi,
                version.array("additionalPrinterColumns").objects().stream()
                        .map(Column::parse)
                        .toList(),
                version.array("selectableFields").objects().stream()
                        .map(field -> field.string("jsonPath").replaceFirst("^\\.", ""))
                        .toList(),
                scale,
                replicas(spec),
                Deprecation.warning(spec, version),
                stored);
    }

    private static JsonObject effective(JsonObject spec, JsonObject openApi) {
        return spec.bool("preserveUnknownFields")
                ? openApi.with("x-kubernetes-preserve-unknown-fields", true)
                : openApi;
    }

    private static Map<String, List<String>> replicas(JsonObject spec) {
        Map<String, List<String>> paths = new HashMap<>();
        for (JsonObject version : spec.array("versions").objects()) {
            JsonObject parts = version.object("subresources");
            if (parts.has("scale")) {
                paths.put(
                        spec.string("group") + "/" + version.string("name"),
                        scale(parts.object("scale")).spec());
            }
        }
        return paths;
    }

    private static CustomKind.ScalePaths scale(JsonObject scale) {
        return new CustomKind.ScalePaths(
                steps(scale.string("specReplicasPath")),
                steps(scale.string("statusReplicasPath")),
                steps(scale.string("labelSelectorPath")));
    }

    private static List<String> steps(String path) {
        return path.isEmpty() ? List.of() : List.of(path.replaceFirst("^\\.", "").split("\\.", -1));
    }
}
