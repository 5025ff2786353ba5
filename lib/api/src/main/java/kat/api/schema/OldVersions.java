package kat.api.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Versions of kinds that Kubernetes can still read and no longer serves, and the other version of
/// those that it serves in two.
///
/// **Source:** the schemes of kube-apiserver.
final class OldVersions {

    private static final Map<String, Set<String>> KINDS = new HashMap<>();

    static {
        add("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy");
        add("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyBinding");
        add("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy");
        add("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyBinding");
        add("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration");
        add("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration");
        add("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy");
        add("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBinding");
        add("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy");
        add("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBinding");
        add("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition");
        add("apiregistration.k8s.io/v1beta1", "APIService");
        add("apps/v1beta1", "Deployment", "Scale", "StatefulSet", "ControllerRevision");
        add("apps/v1beta2", "Deployment", "Scale", "StatefulSet", "DaemonSet", "ReplicaSet");
        add("apps/v1beta2", "ControllerRevision");
        add("autoscaling/v1", "HorizontalPodAutoscaler");
        add("autoscaling/v2", "HorizontalPodAutoscaler");
        add("batch/v1beta1", "CronJob");
        add("certificates.k8s.io/v1beta1", "CertificateSigningRequest");
        add("coordination.k8s.io/v1beta1", "Lease");
        add("discovery.k8s.io/v1beta1", "EndpointSlice");
        add("v1", "Event");
        add("events.k8s.io/v1", "Event");
        add("events.k8s.io/v1beta1", "Event");
        add("extensions/v1beta1", "Deployment", "Scale", "DaemonSet", "Ingress", "ReplicaSet");
        add("extensions/v1beta1", "NetworkPolicy");
        for (String version : new String[] {"v1beta1", "v1beta2", "v1beta3"}) {
            String group = "flowcontrol.apiserver.k8s.io/";
            add(group + version, "FlowSchema", "PriorityLevelConfiguration");
        }
        add("networking.k8s.io/v1beta1", "Ingress", "IngressClass", "IPAddress", "ServiceCIDR");
        add("node.k8s.io/v1alpha1", "RuntimeClass");
        add("node.k8s.io/v1beta1", "RuntimeClass");
        add("policy/v1beta1", "PodDisruptionBudget", "Eviction");
        for (String version : new String[] {"v1alpha1", "v1beta1"}) {
            String group = "rbac.authorization.k8s.io/";
            add(group + version, "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");
        }
        add("resource.k8s.io/v1beta1", "DeviceClass", "ResourceClaim", "ResourceClaimTemplate");
        add("resource.k8s.io/v1beta1", "ResourceSlice");
        add("resource.k8s.io/v1beta2", "DeviceClass", "ResourceClaim", "ResourceClaimTemplate");
        add("resource.k8s.io/v1beta2", "ResourceSlice");
        add("scheduling.k8s.io/v1beta1", "PriorityClass");
        add("storage.k8s.io/v1alpha1", "VolumeAttachment", "CSIStorageCapacity");
        add("storage.k8s.io/v1alpha1", "VolumeAttributesClass");
        add("storage.k8s.io/v1beta1", "StorageClass", "VolumeAttachment", "CSIDriver", "CSINode");
        add("storage.k8s.io/v1beta1", "CSIStorageCapacity", "VolumeAttributesClass");
    }

    private OldVersions() {}

    private static void add(String apiVersion, String... kinds) {
        KINDS.computeIfAbsent(apiVersion, _ -> new HashSet<>()).addAll(Set.of(kinds));
    }

    /// Whether objects of the version are taken for those of the newest one.
    static boolean isRead(String apiVersion, String kind) {
        return apiVersion.equals("policy/v1beta1") && kind.equals("Eviction");
    }

    static boolean hold(String apiVersion, String kind) {
        return KINDS.getOrDefault(apiVersion, Set.of()).contains(kind);
    }
}
