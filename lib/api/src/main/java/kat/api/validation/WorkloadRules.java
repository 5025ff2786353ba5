package kat.api.validation;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import org.jspecify.annotations.Nullable;

/// The rules for what makes pods from a template: Deployment, ReplicaSet, StatefulSet, DaemonSet,
/// ReplicationController.
final class WorkloadRules {

    private WorkloadRules() {}

    static void deployment(Node deployment) {
        Node spec = deployment.child("spec");
        spec.child("replicas").notNegative();
        LabelSelector selector = requiredSelector(spec, "deployment");
        if (selector != null) {
            replicatedTemplate(spec.child("template"), selector, "ReplicaSet");
        }
        strategy(spec.child("strategy"));
        spec.child("minReadySeconds").notNegative();
        spec.child("revisionHistoryLimit").notNegative();
        Node deadline = spec.child("progressDeadlineSeconds");
        if (deadline.isSet()) {
            deadline.notNegative();
            if (deadline.integer() <= spec.child("minReadySeconds").integer()) {
                deadline.invalid("must be greater than minReadySeconds");
            }
        }
    }

    private static void strategy(Node strategy) {
        Node rolling = strategy.child("rollingUpdate");
        switch (strategy.child("type").text()) {
            case "Recreate" ->
                    rolling.absent("may not be specified when strategy `type` is 'Recreate'");
            case "RollingUpdate" -> {
                if (!rolling.isSet()) {
                    rolling.required("this should be defaulted and never be nil");
                } else {
                    rollingUpdate(rolling);
                }
            }
            default -> strategy.child("type").unsupported("Recreate", "RollingUpdate");
        }
    }

    private static void rollingUpdate(Node rolling) {
        Node unavailable = rolling.child("maxUnavailable");
        Node surge = rolling.child("maxSurge");
        Common.numberOrPercent(unavailable);
        Common.numberOrPercent(surge);
        if (Common.isZero(unavailable) && Common.isZero(surge)) {
            unavailable.invalid("may not be 0 when `maxSurge` is 0");
        }
        Common.notOverHundredPercent(unavailable);
    }

    static void replicaSet(Node replicaSet) {
        Node spec = replicaSet.child("spec");
        spec.child("replicas").notNegative();
        spec.child("minReadySeconds").notNegative();
        LabelSelector selector = requiredSelector(spec, "deployment");
        if (selector != null) {
            replicatedTemplate(spec.child("template"), selector, "ReplicaSet");
        }
    }

    static void replicationController(Node controller) {
        Node spec = controller.child("spec");
        spec.child("minReadySeconds").notNegative();
        Node selector = spec.child("selector");
        if (selector.isEmpty()) {
            selector.required();
        }
        spec.child("replicas").notNegative();
        Node template = spec.child("template");
        if (!template.isSet()) {
            template.required();
            return;
        }
        replicatedTemplate(
                template, LabelSelector.ofMap(selector.object()), "ReplicationController");
    }

    /// The selector; null when it has faults that keep it from being one.
    private static @Nullable LabelSelector requiredSelector(Node spec, String what) {
        Node selector = spec.child("selector");
        if (!selector.isSet()) {
            selector.required();
            return LabelSelector.NOTHING;
        }
        Common.labelSelector(selector);
        if (isEverything(selector)) {
            selector.invalid("empty selector is invalid for " + what);
        }
        LabelSelector parsed = Common.selectorOf(selector);
        if (parsed == null) {
            selector.invalid("invalid label selector");
        }
        return parsed;
    }

    private static boolean isEverything(Node selector) {
        return selector.child("matchLabels").isEmpty()
                && selector.child("matchExpressions").isEmpty();
    }

    private static void replicatedTemplate(Node template, LabelSelector selector, String owner) {
        selects(template, selector);
        PodRules.template(template);
        alwaysRestarts(template.child("spec"));
        template.child("spec", "activeDeadlineSeconds")
                .absent("activeDeadlineSeconds in " + owner + " is not Supported");
    }

    private static void alwaysRestarts(Node podSpec) {
        Node policy = podSpec.child("restartPolicy");
        if (!policy.text().equals("Always")) {
            policy.unsupported("Always");
        }
    }

    private static void selects(Node template, LabelSelector selector) {
        Node labels = template.child("metadata", "labels");
        boolean everything = selector.labels().isEmpty() && selector.requirements().isEmpty();
        if (!everything && !selector.matches(labels.object().strings())) {
            labels.with(labels.object()).invalid("`selector` does not match template `labels`");
        }
    }

    static void statefulSet(Node statefulSet) {
        Node spec = statefulSet.child("spec");
        Node management = spec.child("podManagementPolicy");
        if (management.isEmpty()) {
            management.required();
        } else if (!List.of("OrderedReady", "Parallel").contains(management.text())) {
            management.invalid("must be 'OrderedReady' or 'Parallel'");
        }
        statefulStrategy(spec.child("updateStrategy"));
        Node retention = spec.child("persistentVolumeClaimRetentionPolicy");
        if (retention.isSet()) {
            retention.child("whenDeleted").oneOf("Retain", "Delete");
            retention.child("whenScaled").oneOf("Retain", "Delete");
        }
        spec.child("replicas").notNegative();
        spec.child("minReadySeconds").notNegative();
        spec.child("ordinals", "start").notNegative();
        spec.child("revisionHistoryLimit").notNegative();
        Node selector = spec.child("selector");
        LabelSelector parsed = requiredSelector(spec, "statefulset");
        if (parsed == null) {
            return;
        }
        Node template = spec.child("template");
        if (selector.isSet()) {
            selects(template, parsed);
        }
        PodRules.template(template);
        alwaysRestarts(template.child("spec"));
        template.child("spec", "activeDeadlineSeconds")
                .absent("activeDeadlineSeconds in StatefulSet is not Supported");
    }

    private static void statefulStrategy(Node strategy) {
        Node type = strategy.child("type");
        Node rolling = strategy.child("rollingUpdate");
        switch (type.text()) {
            case "" -> type.required();
            case "OnDelete" -> {
                if (rolling.isSet()) {
                    rolling.invalid("only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            case "RollingUpdate" -> {
                rolling.child("partition").notNegative();
                Node unavailable = rolling.child("maxUnavailable");
                Common.numberOrPercent(unavailable);
                if (unavailable.isSet() && Common.isZero(unavailable)) {
                    unavailable.invalid("cannot be 0");
                }
                Common.notOverHundredPercent(unavailable);
            }
            default -> type.invalid("must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    static void daemonSet(Node daemonSet) {
        Node spec = daemonSet.child("spec");
        Node selector = spec.child("selector");
        Common.labelSelector(selector);
        LabelSelector parsed = Common.selectorOf(selector);
        if (parsed != null && !parsed.matches(templateLabels(spec).object().strings())) {
            templateLabels(spec)
                    .with(templateLabels(spec).object())
                    .invalid("`selector` does not match template `labels`");
        }
        if (selector.isSet() && isEverything(selector)) {
            selector.invalid("empty selector is invalid for daemonset");
        }
        PodRules.template(spec.child("template"));
        alwaysRestarts(spec.child("template", "spec"));
        spec.child("template", "spec", "activeDeadlineSeconds")
                .absent("activeDeadlineSeconds in DaemonSet is not Supported");
        spec.child("minReadySeconds").notNegative();
        daemonStrategy(spec.child("updateStrategy"));
        spec.child("revisionHistoryLimit").notNegative();
    }

    private static Node templateLabels(Node spec) {
        return spec.child("template", "metadata", "labels");
    }

    private static void daemonStrategy(Node strategy) {
        Node rolling = strategy.child("rollingUpdate");
        switch (strategy.child("type").text()) {
            case "OnDelete" -> {
                // nothing more to set
            }
            case "RollingUpdate" -> {
                if (!rolling.isSet()) {
                    rolling.required();
                    return;
                }
                Node unavailable = rolling.child("maxUnavailable");
                Node surge = rolling.child("maxSurge");
                boolean noneDown = Common.isZero(unavailable);
                boolean noneMore = Common.isZero(surge);
                Common.numberOrPercent(unavailable);
                Common.notOverHundredPercent(unavailable);
                Common.numberOrPercent(surge);
                Common.notOverHundredPercent(surge);
                if (noneDown && noneMore) {
                    unavailable.required("cannot be 0 when maxSurge is 0");
                } else if (!noneDown && !noneMore) {
                    surge.invalid("may not be set when maxUnavailable is non-zero");
                }
            }
            default -> strategy.child("type").unsupported("RollingUpdate", "OnDelete");
        }
    }

    /// The selector of these kinds stays as it was made.
    static void immutableSelector(Node after, JsonObject before) {
        Json old = before.object("spec").get("selector");
        after.child("spec", "selector").immutable(old);
    }

    static void statefulSetUpdate(Node after, JsonObject before) {
        List<String> changeable =
                List.of(
                        "replicas",
                        "ordinals",
                        "template",
                        "updateStrategy",
                        "revisionHistoryLimit",
                        "persistentVolumeClaimRetentionPolicy",
                        "minReadySeconds");
        JsonObject spec = after.child("spec").object();
        JsonObject old = before.object("spec");
        for (String field : changeable) {
            spec = spec.without(field);
            old = old.without(field);
        }
        if (!spec.equals(old)) {
            after.child("spec")
                    .forbidden(
                            "updates to statefulset spec for fields other than 'replicas',"
                                    + " 'ordinals', 'template', 'updateStrategy',"
                                    + " 'revisionHistoryLimit',"
                                    + " 'persistentVolumeClaimRetentionPolicy' and"
                                    + " 'minReadySeconds' are forbidden");
        }
    }
}
