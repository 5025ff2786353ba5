package kat.dev.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Documents of skaffold v1 (v2beta versions) in the form of v2 (v4beta).
///
/// Manifests moved from `deploy.kubectl` and `deploy.kustomize` to `manifests`; overrides of
/// images in Helm releases became `setValueTemplates`. Helm releases stay below `deploy`.
final class Migration {

    private Migration() {}

    static JsonObject toLatest(JsonObject document, String version) {
        if (!Versions.isOld(version)) {
            return document;
        }
        JsonObject deploy = document.object("deploy");
        JsonObject manifests = JsonObject.EMPTY;
        if (deploy.object("kubectl").get("manifests") instanceof JsonArray files) {
            manifests = manifests.with("rawYaml", files);
            deploy = deploy.change("kubectl", kubectl -> kubectl.without("manifests"));
        }
        if (deploy.get("kustomize") instanceof JsonObject kustomize) {
            manifests = manifests.with("kustomize", kustomize(kustomize));
            deploy = deploy.with("kubectl", merged(deploy.object("kubectl"), kustomize));
            deploy = deploy.without("kustomize");
        }
        if (deploy.get("helm") instanceof JsonObject helm) {
            deploy = deploy.with("helm", helm.with("releases", releases(helm.array("releases"))));
        }
        JsonObject migrated = document.with("deploy", deploy);
        JsonArray artifacts = document.object("build").array("artifacts");
        if (!artifacts.isEmpty()) {
            migrated =
                    migrated.change("build", build -> build.with("artifacts", synced(artifacts)));
        }
        return manifests.isEmpty() ? migrated : migrated.with("manifests", manifests);
    }

    private static JsonObject kustomize(JsonObject old) {
        JsonArray paths =
                old.get("paths") instanceof JsonArray said && !said.isEmpty()
                        ? said
                        : JsonArray.ofStrings(List.of("."));
        return JsonObject.of("paths", paths, "buildArgs", old.array("buildArgs"));
    }

    /// What kustomize said about applying, now said by kubectl.
    private static JsonObject merged(JsonObject kubectl, JsonObject kustomize) {
        JsonObject merged = kubectl;
        for (String name : List.of("flags", "hooks")) {
            JsonObject both = merged.object(name);
            JsonObject added = kustomize.object(name);
            for (String member : added.names()) {
                Json value = added.get(member);
                both =
                        value instanceof JsonArray items
                                ? both.with(member, joined(both.array(member), items))
                                : value == null ? both : both.with(member, value);
            }
            merged = both.isEmpty() ? merged : merged.with(name, both);
        }
        Json namespace = kustomize.get("defaultNamespace");
        return namespace == null ? merged : merged.with("defaultNamespace", namespace);
    }

    private static JsonArray joined(JsonArray first, JsonArray second) {
        List<Json> all = new ArrayList<>(first.items());
        all.addAll(second.items());
        return new JsonArray(all);
    }

    private static JsonArray releases(JsonArray old) {
        return old.map(item -> item instanceof JsonObject release ? release(release) : item);
    }

    private static JsonObject release(JsonObject release) {
        JsonObject migrated = release;
        JsonObject images =
                release.has("artifactOverrides")
                        ? release.object("artifactOverrides")
                        : release.object("values");
        if (release.bool("remote")) {
            migrated = migrated.with("remoteChart", release.string("chartPath"));
            migrated = migrated.without("chartPath");
        }
        JsonObject templates = release.object("setValueTemplates");
        JsonObject strategy = release.object("imageStrategy");
        for (Map.Entry<String, String> image : Values.flat(images).entrySet()) {
            templates = image(templates, image.getKey(), image.getValue(), strategy);
        }
        if (!templates.isEmpty()) {
            migrated = migrated.with("setValueTemplates", templates);
        }
        return migrated.without("artifactOverrides").without("values").without("imageStrategy");
    }

    private static JsonObject image(
            JsonObject templates, String key, String image, JsonObject strategy) {
        String name = Values.sanitized(image);
        if (!strategy.has("helm")) {
            return templates.with(key, "{{.IMAGE_FULLY_QUALIFIED_" + name + "}}");
        }
        JsonObject with =
                templates.with(
                        key + ".tag", "{{.IMAGE_TAG_" + name + "}}@{{.IMAGE_DIGEST_" + name + "}}");
        if (!strategy.object("helm").bool("explicitRegistry")) {
            return with.with(key + ".repository", "{{.IMAGE_REPO_" + name + "}}");
        }
        return with.with(key + ".registry", "{{.IMAGE_DOMAIN_" + name + "}}")
                .with(key + ".repository", "{{.IMAGE_REPO_NO_DOMAIN_" + name + "}}");
    }

    /// `auto` was an object without members; one secret became a list.
    private static JsonArray synced(JsonArray artifacts) {
        return artifacts.map(
                item -> {
                    if (!(item instanceof JsonObject artifact)) {
                        return item;
                    }
                    JsonObject migrated = artifact;
                    if (artifact.object("sync").get("auto") instanceof JsonObject) {
                        migrated = migrated.change("sync", sync -> sync.with("auto", true));
                    }
                    if (artifact.object("docker").get("secret") instanceof JsonObject secret) {
                        migrated =
                                migrated.change(
                                        "docker",
                                        docker ->
                                                docker.without("secret")
                                                        .with("secrets", JsonArray.of(secret)));
                    }
                    return migrated;
                });
    }
}
