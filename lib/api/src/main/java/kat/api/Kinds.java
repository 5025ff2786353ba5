package kat.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The kinds of Kubernetes 1.36's stable groups, read from `kinds.json`, and names for those
/// that KAT's own components work with.
///
/// **Source:** the discovery documents of Kubernetes 1.36.
public final class Kinds {

    private static final List<JsonObject> ENTRIES = entries();
    private static final KindTable BUILT_IN =
            new KindTable(ENTRIES.stream().map(Kinds::kind).toList());
    private static final Map<String, String> STORED = stored();
    private static final Set<String> ANSWERING = answering();

    public static final Kind BINDING = BUILT_IN.require("v1", "Binding");
    public static final Kind CONFIG_MAP = BUILT_IN.require("v1", "ConfigMap");
    public static final Kind ENDPOINTS = BUILT_IN.require("v1", "Endpoints");
    public static final Kind EVENT = BUILT_IN.require("v1", "Event");
    public static final Kind LIMIT_RANGE = BUILT_IN.require("v1", "LimitRange");
    public static final Kind NAMESPACE = BUILT_IN.require("v1", "Namespace");
    public static final Kind NODE = BUILT_IN.require("v1", "Node");
    public static final Kind PERSISTENT_VOLUME = BUILT_IN.require("v1", "PersistentVolume");
    public static final Kind PERSISTENT_VOLUME_CLAIM =
            BUILT_IN.require("v1", "PersistentVolumeClaim");
    public static final Kind POD = BUILT_IN.require("v1", "Pod");
    public static final Kind REPLICATION_CONTROLLER =
            BUILT_IN.require("v1", "ReplicationController");
    public static final Kind RESOURCE_QUOTA = BUILT_IN.require("v1", "ResourceQuota");
    public static final Kind SECRET = BUILT_IN.require("v1", "Secret");
    public static final Kind SERVICE = BUILT_IN.require("v1", "Service");
    public static final Kind SERVICE_ACCOUNT = BUILT_IN.require("v1", "ServiceAccount");

    public static final Kind CONTROLLER_REVISION =
            BUILT_IN.require("apps/v1", "ControllerRevision");
    public static final Kind DAEMON_SET = BUILT_IN.require("apps/v1", "DaemonSet");
    public static final Kind DEPLOYMENT = BUILT_IN.require("apps/v1", "Deployment");
    public static final Kind REPLICA_SET = BUILT_IN.require("apps/v1", "ReplicaSet");
    public static final Kind STATEFUL_SET = BUILT_IN.require("apps/v1", "StatefulSet");
    public static final Kind CRON_JOB = BUILT_IN.require("batch/v1", "CronJob");
    public static final Kind JOB = BUILT_IN.require("batch/v1", "Job");
    public static final Kind LEASE = BUILT_IN.require("coordination.k8s.io/v1", "Lease");
    public static final Kind ENDPOINT_SLICE =
            BUILT_IN.require("discovery.k8s.io/v1", "EndpointSlice");
    public static final Kind RUNTIME_CLASS = BUILT_IN.require("node.k8s.io/v1", "RuntimeClass");
    public static final Kind NETWORK_POLICY =
            BUILT_IN.require("networking.k8s.io/v1", "NetworkPolicy");
    public static final Kind POD_DISRUPTION_BUDGET =
            BUILT_IN.require("policy/v1", "PodDisruptionBudget");
    public static final Kind CLUSTER_ROLE =
            BUILT_IN.require("rbac.authorization.k8s.io/v1", "ClusterRole");
    public static final Kind CLUSTER_ROLE_BINDING =
            BUILT_IN.require("rbac.authorization.k8s.io/v1", "ClusterRoleBinding");
    public static final Kind ROLE = BUILT_IN.require("rbac.authorization.k8s.io/v1", "Role");
    public static final Kind ROLE_BINDING =
            BUILT_IN.require("rbac.authorization.k8s.io/v1", "RoleBinding");
    public static final Kind CUSTOM_RESOURCE_DEFINITION =
            BUILT_IN.require("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    public static final Kind MUTATING_WEBHOOKS =
            BUILT_IN.require("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration");
    public static final Kind VALIDATING_WEBHOOKS =
            BUILT_IN.require("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration");
    public static final Kind CERTIFICATE_SIGNING_REQUEST =
            BUILT_IN.require("certificates.k8s.io/v1", "CertificateSigningRequest");
    public static final Kind INGRESS = BUILT_IN.require("networking.k8s.io/v1", "Ingress");
    public static final Kind INGRESS_CLASS =
            BUILT_IN.require("networking.k8s.io/v1", "IngressClass");
    public static final Kind SERVICE_CIDR = BUILT_IN.require("networking.k8s.io/v1", "ServiceCIDR");
    public static final Kind IP_ADDRESS = BUILT_IN.require("networking.k8s.io/v1", "IPAddress");
    public static final Kind API_SERVICE =
            BUILT_IN.require("apiregistration.k8s.io/v1", "APIService");
    public static final Kind MUTATING_POLICY =
            BUILT_IN.require("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy");
    public static final Kind MUTATING_POLICY_BINDING =
            BUILT_IN.require("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding");
    public static final Kind VALIDATING_POLICY =
            BUILT_IN.require("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
    public static final Kind VALIDATING_POLICY_BINDING =
            BUILT_IN.require("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");
    public static final Kind PRIORITY_CLASS =
            BUILT_IN.require("scheduling.k8s.io/v1", "PriorityClass");

    private Kinds() {}

    /// Every built-in kind, also those that no controller of KAT acts on yet.
    public static KindTable builtIn() {
        return BUILT_IN;
    }

    /// Group and version, with a slash between them, in which Kubernetes stores objects of a
    /// built-in kind: mostly its own. Those that differ are told as `stored` in `kinds.json`.
    public static String storedIn(Kind kind) {
        String own = kind.group() + "/" + kind.version();
        return STORED.getOrDefault(own + "/" + kind.kind(), own);
    }

    /// Whether deleting an object of a built-in kind answers the object; else it answers a
    /// Status. Those that do are told as `answersDeleted` in `kinds.json`.
    public static boolean answersDeleted(Kind kind) {
        return ANSWERING.contains(kind.apiVersion() + " " + kind.kind());
    }

    private static Set<String> answering() {
        Set<String> answering = new HashSet<>();
        for (JsonObject entry : ENTRIES) {
            if (entry.bool("answersDeleted")) {
                String group = entry.string("group");
                String prefix = group.isEmpty() ? "" : group + "/";
                answering.add(prefix + entry.string("version") + " " + entry.string("kind"));
            }
        }
        return answering;
    }

    private static Map<String, String> stored() {
        Map<String, String> stored = new HashMap<>();
        for (JsonObject entry : ENTRIES) {
            if (entry.has("stored")) {
                stored.put(
                        String.join(
                                "/",
                                entry.string("group"),
                                entry.string("version"),
                                entry.string("kind")),
                        entry.string("stored"));
            }
        }
        return Map.copyOf(stored);
    }

    private static List<JsonObject> entries() {
        try (InputStream file = Kinds.class.getResourceAsStream("kinds.json")) {
            if (file == null) {
                throw new IllegalStateException("kinds.json is not on the class path");
            }
            return ((JsonArray) Json.parse(file.readAllBytes())).objects();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read kinds.json", e);
        }
    }

    private static Kind kind(JsonObject entry) {
        return new Kind(
                entry.string("group"),
                entry.string("version"),
                entry.string("kind"),
                entry.string("plural"),
                entry.string("singular"),
                entry.bool("namespaced"),
                entry.array("shortNames").strings(),
                entry.array("categories").strings(),
                entry.array("subresources").objects().stream().map(Kinds::subresource).toList(),
                entry.array("verbs").strings(),
                entry.string("schema"));
    }

    private static Kind.Subresource subresource(JsonObject entry) {
        return new Kind.Subresource(
                entry.string("name"),
                entry.string("group"),
                entry.string("version"),
                entry.string("kind"),
                entry.array("verbs").strings());
    }
}
