package kat.apiserver.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.cel.CelType;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.selector.FieldSelector;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;

/// Puts what a user wants to do as a question: a `SubjectAccessReview`.
///
/// **Source:** `apiserver/plugin/pkg/authorizer/webhook`, `apiserver/pkg/authorization/cel`.
final class AccessReview {

    private static final String GROUP = "authorization.k8s.io/";
    private static final CelType TEXTS = CelType.list(CelType.STRING);

    private static final CelType SELECTOR =
            CelType.object(
                    "kubernetes.FieldSelectorAttributes",
                    Map.of(
                            "rawSelector",
                            CelType.STRING,
                            "requirements",
                            CelType.list(
                                    CelType.object(
                                            "kubernetes.SelectorRequirement",
                                            Map.of(
                                                    "key", CelType.STRING,
                                                    "operator", CelType.STRING,
                                                    "values", TEXTS)))));

    private static final CelType RESOURCE =
            CelType.object(
                    "kubernetes.ResourceAttributes",
                    Map.of(
                            "fieldSelector", SELECTOR,
                            "group", CelType.STRING,
                            "labelSelector", SELECTOR,
                            "name", CelType.STRING,
                            "namespace", CelType.STRING,
                            "resource", CelType.STRING,
                            "subresource", CelType.STRING,
                            "verb", CelType.STRING,
                            "version", CelType.STRING));

    /// What match conditions see as `request`.
    static final CelType TYPE =
            CelType.object(
                    "kubernetes.SubjectAccessReviewSpec",
                    Map.of(
                            "extra",
                            CelType.map(CelType.STRING, TEXTS),
                            "groups",
                            TEXTS,
                            "nonResourceAttributes",
                            CelType.object(
                                    "kubernetes.NonResourceAttributes",
                                    Map.of("path", CelType.STRING, "verb", CelType.STRING)),
                            "resourceAttributes",
                            RESOURCE,
                            "uid",
                            CelType.STRING,
                            "user",
                            CelType.STRING));

    private AccessReview() {}

    /// @param full with empty texts too, as conditions see it
    static JsonObject spec(User user, Action action, boolean full) {
        JsonObject.Builder spec = JsonObject.builder();
        if (action.isResource()) {
            spec.put("resourceAttributes", resource(action, full));
        } else {
            JsonObject path =
                    text(
                            text(JsonObject.EMPTY, "path", action.path(), full),
                            "verb",
                            action.verb(),
                            full);
            spec.put("nonResourceAttributes", path);
        }
        JsonObject asked = text(spec.build(), "user", user.name(), full);
        if (full || !user.groups().isEmpty()) {
            asked = asked.with("groups", JsonArray.ofStrings(user.groups()));
        }
        JsonObject.Builder extra = JsonObject.builder();
        user.extra().forEach((key, values) -> extra.put(key, JsonArray.ofStrings(values)));
        if (full || !user.extra().isEmpty()) {
            asked = asked.with("extra", extra.build());
        }
        return text(asked, "uid", user.uid(), full);
    }

    private static JsonObject text(JsonObject tree, String key, String value, boolean full) {
        return full || !value.isEmpty() ? tree.with(key, value) : tree;
    }

    private static JsonObject resource(Action action, boolean full) {
        JsonObject resource = text(JsonObject.EMPTY, "namespace", action.namespace(), full);
        resource = text(resource, "verb", action.verb(), full);
        resource = text(resource, "group", action.group(), full);
        String version = action.version().isEmpty() ? "*" : action.version();
        resource = resource.with("version", version);
        resource = text(resource, "resource", action.resource(), full);
        resource = text(resource, "subresource", action.subresource(), full);
        resource = text(resource, "name", action.name(), full);
        List<Json> fields = requirements(action.selection());
        return fields.isEmpty()
                ? resource
                : resource.with(
                        "fieldSelector", JsonObject.of("requirements", new JsonArray(fields)));
    }

    private static List<Json> requirements(FieldSelector selector) {
        List<Json> found = new ArrayList<>();
        for (FieldSelector.Term term : selector.terms()) {
            found.add(
                    JsonObject.builder()
                            .put("key", term.field())
                            .put("operator", term.isEqual() ? "In" : "NotIn")
                            .put("values", JsonArray.of(Json.of(term.value())))
                            .build());
        }
        return found;
    }

    /// @param version `v1` or `v1beta1`, which names groups otherwise
    static JsonObject of(JsonObject spec, String version) {
        JsonObject told = spec;
        Json groups = spec.get("groups");
        if (version.equals("v1beta1") && groups != null) {
            told = spec.without("groups").with("group", groups);
        }
        return JsonObject.builder()
                .put("kind", "SubjectAccessReview")
                .put("apiVersion", GROUP + version)
                .put("metadata", JsonObject.EMPTY)
                .put("spec", told)
                .put("status", JsonObject.of("allowed", Json.of(false)))
                .build();
    }
}
