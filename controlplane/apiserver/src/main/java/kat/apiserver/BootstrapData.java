package kat.apiserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The objects of a new cluster that are data: roles, their bindings, flow control.
final class BootstrapData {

    /// What Kubernetes' server tells of as started, and this one does before it listens.
    static final List<String> STARTED_PARTS =
            List.of(
                    "poststarthook/start-apiserver-admission-initializer",
                    "poststarthook/generic-apiserver-start-informers",
                    "poststarthook/priority-and-fairness-config-consumer",
                    "poststarthook/priority-and-fairness-filter",
                    "poststarthook/storage-object-count-tracker-hook",
                    "poststarthook/storage-readiness",
                    "poststarthook/start-apiextensions-informers",
                    "poststarthook/start-apiextensions-controllers",
                    "poststarthook/crd-informer-synced",
                    "poststarthook/start-system-namespaces-controller",
                    "poststarthook/start-cluster-authentication-info-controller",
                    "poststarthook/start-kube-apiserver-identity-lease-controller",
                    "poststarthook/start-legacy-token-tracking-controller",
                    "poststarthook/start-service-ip-repair-controllers",
                    "poststarthook/rbac/bootstrap-roles",
                    "poststarthook/scheduling/bootstrap-system-priority-classes",
                    "poststarthook/priority-and-fairness-config-producer",
                    "poststarthook/bootstrap-controller",
                    "poststarthook/start-kube-aggregator-informers",
                    "poststarthook/apiservice-status-local-available-controller",
                    "poststarthook/apiservice-status-remote-available-controller",
                    "poststarthook/apiservice-registration-controller",
                    "poststarthook/apiservice-discovery-controller",
                    "poststarthook/kube-apiserver-autoregistration",
                    "autoregister-completion",
                    "poststarthook/apiservice-openapi-controller",
                    "poststarthook/apiservice-openapiv3-controller");

    private BootstrapData() {}

    static List<JsonObject> roles() {
        return read("bootstrap-rbac.json");
    }

    /// The rules of a role of a cluster.
    static List<JsonObject> rulesOf(String clusterRole) {
        return roles().stream()
                .filter(role -> role.string("kind").equals("ClusterRole"))
                .filter(role -> role.object("metadata").string("name").equals(clusterRole))
                .flatMap(role -> role.array("rules").objects().stream())
                .toList();
    }

    static List<JsonObject> flowControl() {
        return read("bootstrap-flowcontrol.json");
    }

    private static List<JsonObject> read(String file) {
        try (InputStream in = BootstrapData.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            return ((JsonArray) Json.parse(in.readAllBytes())).objects();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
