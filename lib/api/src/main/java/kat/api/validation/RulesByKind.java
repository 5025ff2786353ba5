package kat.api.validation;

import java.util.HashMap;
import java.util.Map;

/// Which kind has which rules.
final class RulesByKind {

    private RulesByKind() {}

    static Map<String, KindRules> rules() {
        Map<String, KindRules> rules = new HashMap<>();
        rules.put("pods", KindRules.of(PodRules::create).updated(PodRules::update));
        rules.put(
                "podtemplates",
                KindRules.of(object -> PodRules.template(object.child("template"))));
        rules.put(
                "services",
                KindRules.of(ServiceRules::check)
                        .named(Names::dnsLabel)
                        .updated(ServiceRules::update));
        workloads(rules);
        storage(rules);
        return Map.copyOf(rules);
    }

    private static void workloads(Map<String, KindRules> rules) {
        rules.put(
                "deployments.apps",
                KindRules.of(WorkloadRules::deployment)
                        .andUpdated(WorkloadRules::immutableSelector));
        rules.put(
                "replicasets.apps",
                KindRules.of(WorkloadRules::replicaSet)
                        .andUpdated(WorkloadRules::immutableSelector));
        rules.put(
                "daemonsets.apps",
                KindRules.of(WorkloadRules::daemonSet)
                        .andUpdated(WorkloadRules::immutableSelector));
        rules.put(
                "statefulsets.apps",
                KindRules.of(WorkloadRules::statefulSet)
                        .andUpdated(WorkloadRules::statefulSetUpdate));
        rules.put("replicationcontrollers", KindRules.of(WorkloadRules::replicationController));
    }

    private static void storage(Map<String, KindRules> rules) {
        rules.put(
                "persistentvolumes",
                KindRules.of(StorageRules::volume).updated(StorageRules::volumeUpdate));
        rules.put(
                "persistentvolumeclaims",
                KindRules.of(StorageRules::claim).updated(StorageRules::claimUpdate));
        rules.put(
                "storageclasses.storage.k8s.io",
                KindRules.of(StorageRules::storageClass).updated(StorageRules::storageClassUpdate));
        rules.put("csidrivers.storage.k8s.io", KindRules.of(StorageRules::csiDriver));
        rules.put("csinodes.storage.k8s.io", KindRules.of(StorageRules::csiNode));
        rules.put("volumeattachments.storage.k8s.io", KindRules.of(StorageRules::attachment));
    }
}
