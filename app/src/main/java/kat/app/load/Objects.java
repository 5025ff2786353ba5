package kat.app.load;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The objects that the measurements write.
final class Objects {

    private static final int DATA = 800; // characters of a ConfigMap
    private static final int VARIABLES = 20; // of a pod's container, which make about 4 KB

    private Objects() {}

    static String namespace(String name) {
        return whole("v1", "Namespace", name).toString();
    }

    static String serviceAccount() {
        return serviceAccount("default");
    }

    static String serviceAccount(String name) {
        return whole("v1", "ServiceAccount", name).toString();
    }

    /// Lets accounts change what is in a namespace.
    static String editors(String namespace, String... accounts) {
        List<Json> subjects = new ArrayList<>();
        for (String account : accounts) {
            subjects.add(
                    JsonObject.builder()
                            .put("kind", "ServiceAccount")
                            .put("name", account)
                            .put("namespace", namespace)
                            .build());
        }
        return whole("rbac.authorization.k8s.io/v1", "RoleBinding", "editors")
                .with("subjects", new JsonArray(subjects))
                .with(
                        "roleRef",
                        JsonObject.builder()
                                .put("apiGroup", "rbac.authorization.k8s.io")
                                .put("kind", "ClusterRole")
                                .put("name", "edit")
                                .build())
                .toString();
    }

    static String configMap(String name, String letter) {
        return whole("v1", "ConfigMap", name)
                .withAt(Json.of("bench"), "metadata", "labels", "app")
                .with("data", JsonObject.of("k", Json.of(letter.repeat(DATA))))
                .toString();
    }

    static String secret(String name) {
        return whole("v1", "Secret", name)
                .with("stringData", JsonObject.of("k", Json.of("s".repeat(DATA))))
                .toString();
    }

    static String tokenRequest() {
        return JsonObject.builder()
                .put("kind", "TokenRequest")
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("spec", JsonObject.EMPTY)
                .build()
                .toString();
    }

    static String pod(String name) {
        Json[] variables = new Json[VARIABLES];
        for (int i = 0; i < VARIABLES; i++) {
            variables[i] =
                    JsonObject.of(
                            "name",
                            Json.of("VARIABLE_NUMBER_" + i),
                            "value",
                            Json.of("v".repeat(40)));
        }
        JsonObject container = container().with("env", JsonArray.of(variables));
        JsonObject spec =
                JsonObject.builder()
                        .put("automountServiceAccountToken", false)
                        .put("schedulerName", "none")
                        .put("containers", JsonArray.of(container))
                        .build();
        return whole("v1", "Pod", name)
                .withAt(Json.of("bench"), "metadata", "labels", "app")
                .withAt(Json.of("n".repeat(200)), "metadata", "annotations", "note")
                .with("spec", spec)
                .toString();
    }

    static String deployment(String name, int replicas) {
        JsonObject labels = JsonObject.of("app", Json.of(name));
        JsonObject template =
                JsonObject.EMPTY
                        .withAt(labels, "metadata", "labels")
                        .withAt(JsonArray.of(container()), "spec", "containers");
        return whole("apps/v1", "Deployment", name)
                .with(
                        "spec",
                        JsonObject.builder()
                                .put("replicas", replicas)
                                .put("selector", JsonObject.of("matchLabels", labels))
                                .put("template", template)
                                .build())
                .toString();
    }

    private static JsonObject container() {
        JsonObject requests = JsonObject.of("cpu", Json.of("10m"), "memory", Json.of("16Mi"));
        return JsonObject.builder()
                .put("name", "main")
                .put("image", "example.org/app:1")
                .put("resources", JsonObject.of("requests", requests))
                .build();
    }

    private static JsonObject whole(String apiVersion, String kind, String name) {
        return JsonObject.builder()
                .put("apiVersion", apiVersion)
                .put("kind", kind)
                .put("metadata", JsonObject.of("name", Json.of(name)))
                .build();
    }
}
