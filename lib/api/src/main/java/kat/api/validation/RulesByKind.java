package kat.api.validation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import kat.api.names.Names;
import kat.api.validation.KindRules.Again;

/// Which kind has which rules.
final class RulesByKind {

    private RulesByKind() {}

    static Map<String, KindRules> rules() {
        Map<String, KindRules> rules = new HashMap<>();
        rules.put(
                "pods",
                KindRules.of(PodRules::create)
                        .updated(PodUpdateRules::update)
                        .statusUpdated(PodStatusRules::check));
        rules.put(
                "podtemplates",
                KindRules.of(object -> PodRules.template(object.child("template"))));
        rules.put(
                "services",
                KindRules.of(ServiceRules::check)
                        .named(Names::dnsLabel)
                        .updated(ServiceRules::update)
                        .statusUpdated(ServiceRules::status));
        workloads(rules);
        storage(rules);
        core(rules);
        batch(rules);
        network(rules);
        access(rules);
        cluster(rules);
        metadata(rules);
        return Map.copyOf(rules);
    }

    /// The kinds whose updates, or those of whose statuses, check more of metadata, or less, than
    /// its changes.
    private static void metadata(Map<String, KindRules> rules) {
        Map<Again, List<String>> kinds =
                Map.of(
                        Again.NOTHING,
                        List.of("poddisruptionbudgets.policy"),
                        Again.WHOLE,
                        List.of(
                                "jobs.batch",
                                "limitranges",
                                "endpointslices.discovery.k8s.io",
                                "flowschemas.flowcontrol.apiserver.k8s.io",
                                "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
                                "csinodes.storage.k8s.io",
                                "volumeattachments.storage.k8s.io"),
                        Again.WHOLE_TWICE,
                        List.of("persistentvolumes"),
                        Again.WHOLE_AND_CHANGES_LAST,
                        List.of("certificatesigningrequests.certificates.k8s.io"),
                        Again.WHOLE_THEN_CHANGES,
                        List.of("deviceclasses.resource.k8s.io"),
                        Again.WHOLE_AND_CHANGES,
                        List.of(
                                "namespaces",
                                "nodes",
                                "ipaddresses.networking.k8s.io",
                                "runtimeclasses.node.k8s.io",
                                "roles.rbac.authorization.k8s.io",
                                "rolebindings.rbac.authorization.k8s.io",
                                "clusterroles.rbac.authorization.k8s.io",
                                "clusterrolebindings.rbac.authorization.k8s.io",
                                "resourceclaims.resource.k8s.io",
                                "resourceclaimtemplates.resource.k8s.io",
                                "csistoragecapacities.storage.k8s.io",
                                "storageclasses.storage.k8s.io"),
                        Again.CHANGES_AND_WHOLE,
                        List.of(
                                "apiservices.apiregistration.k8s.io",
                                "controllerrevisions.apps",
                                "endpoints",
                                "persistentvolumeclaims",
                                "pods",
                                "serviceaccounts",
                                "ingresses.networking.k8s.io"),
                        Again.CHANGES_AND_WHOLE_LAST,
                        List.of(
                                "configmaps",
                                "secrets",
                                "ingressclasses.networking.k8s.io",
                                "volumeattributesclasses.storage.k8s.io"));
        each(kinds, rules, KindRules::checking);
        each(statuses(), rules, KindRules::checkingWithStatus);
    }

    private static void each(
            Map<Again, List<String>> kinds,
            Map<String, KindRules> rules,
            BiFunction<KindRules, Again, KindRules> change) {
        kinds.forEach(
                (again, names) ->
                        names.forEach(
                                name ->
                                        rules.computeIfPresent(
                                                name, (_, known) -> change.apply(known, again))));
    }

    /// The same for updates of statuses, where most check changes.
    private static Map<Again, List<String>> statuses() {
        return Map.of(
                Again.NOTHING,
                List.of(
                        "cronjobs.batch",
                        "poddisruptionbudgets.policy",
                        "flowschemas.flowcontrol.apiserver.k8s.io",
                        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"),
                Again.CHANGES_LAST,
                List.of("statefulsets.apps"),
                Again.WHOLE,
                List.of("volumeattachments.storage.k8s.io"),
                Again.WHOLE_AND_CHANGES_LAST,
                List.of("certificatesigningrequests.certificates.k8s.io"));
    }

    private static void workloads(Map<String, KindRules> rules) {
        rules.put(
                "deployments.apps",
                KindRules.of(WorkloadRules::deployment)
                        .andUpdated(WorkloadRules::immutableSelector)
                        .statusUpdated(StatusRules::deployment));
        rules.put(
                "replicasets.apps",
                KindRules.of(WorkloadRules::replicaSet)
                        .andUpdated(WorkloadRules::immutableSelector)
                        .statusUpdated(StatusRules::replicaSet));
        rules.put(
                "daemonsets.apps",
                KindRules.of(WorkloadRules::daemonSet)
                        .updated(WorkloadRules::daemonSetUpdate)
                        .statusUpdated(StatusRules::daemonSet));
        rules.put(
                "statefulsets.apps",
                KindRules.of(WorkloadRules::statefulSet)
                        .named(Names::dnsLabel)
                        .updated(WorkloadRules::statefulSetUpdate)
                        .statusUpdated(StatusRules::statefulSet));
        rules.put(
                "replicationcontrollers",
                KindRules.of(WorkloadRules::replicationController)
                        .named(Names::longName)
                        .statusUpdated(StatusRules::replicaSet));
    }

    private static void storage(Map<String, KindRules> rules) {
        rules.put(
                "persistentvolumes",
                KindRules.of(StorageRules::volume).andUpdated(StorageRules::volumeUpdate));
        rules.put(
                "persistentvolumeclaims",
                KindRules.of(ClaimRules::claim)
                        .updated(ClaimRules::update)
                        .statusUpdated(ClaimRules::statusUpdate));
        rules.put(
                "storageclasses.storage.k8s.io",
                KindRules.of(StorageRules::storageClass)
                        .andUpdated(StorageRules::storageClassUpdate));
        rules.put(
                "csidrivers.storage.k8s.io",
                KindRules.of(StorageRules::csiDriver).updated(StorageRules::csiDriverUpdate));
        rules.put(
                "csinodes.storage.k8s.io",
                KindRules.of(StorageRules::csiNode).updated(StorageRules::csiNodeUpdate));
        rules.put(
                "volumeattachments.storage.k8s.io",
                KindRules.of(StorageRules::attachment)
                        .updated(StorageRules::attachmentUpdate)
                        .statusUpdated(StatusRules::attachment));
        rules.put(
                "csistoragecapacities.storage.k8s.io",
                KindRules.of(StorageRules::storageCapacity)
                        .andUpdated(StorageRules::storageCapacityUpdate));
        rules.put(
                "volumeattributesclasses.storage.k8s.io",
                KindRules.of(StorageRules::attributesClass)
                        .andUpdated(StorageRules::attributesClassUpdate));
    }

    private static void core(Map<String, KindRules> rules) {
        rules.put(
                "configmaps",
                KindRules.of(CoreRules::configMap).andUpdated(CoreRules::configMapUpdate));
        rules.put("secrets", KindRules.of(CoreRules::secret).andUpdated(CoreRules::secretUpdate));
        rules.put(
                "namespaces",
                KindRules.of(CoreRules::namespace)
                        .named(Names::dnsLabel)
                        .updated((_, _) -> {})
                        .statusUpdated(CoreRules::namespaceStatus));
        rules.put(
                "nodes",
                KindRules.of(CoreRules::node)
                        .andUpdated(CoreRules::nodeUpdate)
                        .statusUpdated(CoreRules::nodeUpdate));
        rules.put("serviceaccounts", KindRules.of(_ -> {}));
        rules.put(
                "endpoints",
                KindRules.of(CoreRules::endpoints).updated(CoreRules::endpointsUpdate));
        rules.put(
                "events",
                KindRules.of(EventRules::event)
                        .named(Names::pathSegment)
                        .withMetadataLast()
                        .checking(KindRules.Again.NOTHING));
        rules.put(
                "events.events.k8s.io",
                KindRules.of(EventRules::strict)
                        .named(Names::pathSegment)
                        .updated(EventRules::strictUpdate)
                        .withMetadataLast()
                        .checking(KindRules.Again.NOTHING));
        rules.put(
                "resourcequotas",
                KindRules.of(QuotaRules::quota)
                        .updated(QuotaRules::quotaUpdate)
                        .statusUpdated(QuotaRules::quotaStatus));
        rules.put("limitranges", KindRules.of(QuotaRules::limitRange));
    }

    private static void batch(Map<String, KindRules> rules) {
        rules.put(
                "jobs.batch",
                KindRules.of(JobRules::job)
                        .updated(JobRules::update)
                        .statusUpdated(JobStatusRules::check));
        rules.put(
                "cronjobs.batch",
                KindRules.of(BatchRules::cronJob).updated(BatchRules::cronJobUpdate));
        rules.put(
                "horizontalpodautoscalers.autoscaling",
                KindRules.of(AutoscalingRules::autoscaler)
                        .statusUpdated(AutoscalingRules::autoscalerStatus));
        rules.put(
                "poddisruptionbudgets.policy",
                KindRules.of(AutoscalingRules::disruptionBudget)
                        .named(Names::pathSegment)
                        .withMetadataLast()
                        .statusUpdated(AutoscalingRules::disruptionBudgetStatus));
        rules.put(
                "controllerrevisions.apps",
                KindRules.of(WorkloadRules::revision).updated(WorkloadRules::revisionUpdate));
    }

    private static void network(Map<String, KindRules> rules) {
        rules.put(
                "ingresses.networking.k8s.io",
                KindRules.of(NetworkRules::newIngress)
                        .updated((after, _) -> NetworkRules.ingress(after))
                        .statusUpdated(NetworkRules::ingressStatus));
        rules.put(
                "ingressclasses.networking.k8s.io",
                KindRules.of(NetworkRules::ingressClass)
                        .andUpdated(NetworkRules::ingressClassUpdate));
        rules.put("networkpolicies.networking.k8s.io", KindRules.of(NetworkRules::policy));
        rules.put(
                "servicecidrs.networking.k8s.io",
                KindRules.of(NetworkRules::serviceCidr).updated(NetworkRules::serviceCidrUpdate));
        rules.put(
                "ipaddresses.networking.k8s.io",
                KindRules.of(NetworkRules::ipAddress)
                        .named(Addresses::canonical)
                        .andUpdated(NetworkRules::ipAddressUpdate));
        rules.put(
                "endpointslices.discovery.k8s.io",
                KindRules.of(NetworkRules::endpointSlice)
                        .andUpdated(NetworkRules::endpointSliceUpdate));
    }

    private static void access(Map<String, KindRules> rules) {
        String group = ".rbac.authorization.k8s.io";
        rules.put("roles" + group, rbac(AccessRules::role));
        rules.put("clusterroles" + group, rbac(AccessRules::clusterRole));
        rules.put(
                "rolebindings" + group,
                rbac(AccessRules::roleBinding).andUpdated(AccessRules::bindingUpdate));
        rules.put(
                "clusterrolebindings" + group,
                rbac(AccessRules::clusterRoleBinding).andUpdated(AccessRules::bindingUpdate));
        rules.put(
                "certificatesigningrequests.certificates.k8s.io",
                KindRules.of(CertificateRules::create)
                        .named(Names::pathSegment)
                        .updated(CertificateRules::update)
                        .statusUpdated(CertificateRules::status));
    }

    private static KindRules rbac(KindRules.Rule rule) {
        return KindRules.of(rule).named(Names::pathSegment);
    }

    private static void cluster(Map<String, KindRules> rules) {
        for (String plural :
                List.of(
                        "validatingwebhookconfigurations",
                        "mutatingwebhookconfigurations",
                        "validatingadmissionpolicies",
                        "validatingadmissionpolicybindings",
                        "mutatingadmissionpolicies",
                        "mutatingadmissionpolicybindings")) {
            // their other rules stand in kat.api.policy
            rules.put(
                    plural + ".admissionregistration.k8s.io",
                    KindRules.of(_ -> {}).withAnyFinalizers().checking(Again.WHOLE));
        }
        rules.put(
                "priorityclasses.scheduling.k8s.io",
                KindRules.of(ClusterRules::priorityClass)
                        .updated(ClusterRules::priorityClassUpdate));
        rules.put(
                "runtimeclasses.node.k8s.io",
                KindRules.of(ClusterRules::runtimeClass)
                        .withAnyFinalizers()
                        .andUpdated(ClusterRules::runtimeClassUpdate));
        rules.put(
                "leases.coordination.k8s.io",
                KindRules.of(ClusterRules::lease).withAnyFinalizers());
        rules.put(
                "flowschemas.flowcontrol.apiserver.k8s.io",
                KindRules.of(FlowRules::flowSchema).statusUpdated(StatusRules::flowControl));
        rules.put(
                "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
                KindRules.of(FlowRules::priorityLevel).statusUpdated(StatusRules::flowControl));
        rules.put(
                "apiservices.apiregistration.k8s.io",
                KindRules.of(ClusterRules::apiService)
                        .named(Names::pathSegment)
                        .withAnyFinalizers()
                        .statusUpdated(StatusRules::apiService));
        rules.put(
                "resourceclaims.resource.k8s.io",
                KindRules.of(DeviceRules::claim)
                        .updated(ClusterRules::immutableSpec)
                        .statusUpdated(DeviceStatusRules::check));
        rules.put(
                "resourceslices.resource.k8s.io",
                KindRules.of(SliceRules::create).updated(SliceRules::update));
        rules.put("deviceclasses.resource.k8s.io", KindRules.of(DeviceRules::deviceClass));
        rules.put(
                "resourceclaimtemplates.resource.k8s.io",
                KindRules.of(DeviceRules::template).andUpdated(ClusterRules::immutableSpec));
    }
}
