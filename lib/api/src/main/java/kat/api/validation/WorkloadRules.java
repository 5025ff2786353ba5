package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
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
            default -> strategy.unsupportedShown(shown(strategy), "Recreate", "RollingUpdate");
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
        LabelSelector parsed =
                selector.isEmpty()
                        ? LabelSelector.parse(JsonObject.EMPTY)
                        : LabelSelector.ofMap(selector.object());
        replicatedTemplate(template, parsed, "ReplicationController");
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
        if (parsed == null && what.equals("statefulset")) {
            selector.invalidBare();
        } else if (parsed == null) {
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
            labels.invalid("`selector` does not match template `labels`");
        }
    }

    static void statefulSet(Node statefulSet) {
        statefulSet(statefulSet, true);
    }

    /// @param isNew whether what never changes is looked at
    private static void statefulSet(Node statefulSet, boolean isNew) {
        Node spec = statefulSet.child("spec");
        Node management = spec.child("podManagementPolicy");
        if (management.isEmpty()) {
            management.required();
        } else if (!List.of("OrderedReady", "Parallel").contains(management.text())) {
            management.invalid("must be 'OrderedReady' or 'Parallel'");
        }
        statefulStrategy(spec.child("updateStrategy"));
        Node retention = spec.child("persistentVolumeClaimRetentionPolicy");
        for (String when : List.of("whenDeleted", "whenScaled")) {
            Node policy = retention.child(when);
            if (retention.isSet() && !List.of("Retain", "Delete").contains(policy.text())) {
                policy.unsupported("Retain", "Delete");
            }
        }
        for (Node claim : isNew ? spec.child("volumeClaimTemplates").items() : List.<Node>of()) {
            ClaimRules.spec(claim.child("spec"));
        }
        spec.child("replicas").notNegative();
        spec.child("minReadySeconds").notNegative();
        spec.child("ordinals", "start").notNegative();
        if (isNew && !spec.child("serviceName").isEmpty()) {
            Common.dnsLabel(spec.child("serviceName"));
        }
        LabelSelector parsed = requiredSelector(spec, "statefulset");
        Node template = spec.child("template");
        if (parsed != null) {
            selects(template, parsed);
            withClaims(template, spec.child("volumeClaimTemplates"));
        }
        alwaysRestarts(template.child("spec"));
        template.child("spec", "activeDeadlineSeconds")
                .absent("activeDeadlineSeconds in StatefulSet is not Supported");
    }

    /// Checks a template whose pods get a volume for each claim, and names of their own.
    private static void withClaims(Node template, Node claims) {
        JsonObject podSpec = template.child("spec").object();
        boolean named = podSpec.has("hostname") || podSpec.has("subdomain");
        Node effective = template;
        if (named || !claims.isEmpty()) {
            List<Json> volumes = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (JsonObject claim : claims.list().objects()) {
                String name = claim.object("metadata").string("name");
                if (names.contains(name)) {
                    continue;
                }
                names.add(name);
                volumes.add(
                        JsonObject.of("name", Json.of(name))
                                .with(
                                        "persistentVolumeClaim",
                                        JsonObject.of("claimName", Json.of(name))));
            }
            for (JsonObject volume : podSpec.array("volumes").objects()) {
                if (!names.contains(volume.string("name"))) {
                    volumes.add(volume);
                }
            }
            JsonObject changed = podSpec.without("hostname").without("subdomain");
            if (!claims.isEmpty()) {
                changed = changed.with("volumes", new JsonArray(volumes));
            }
            effective = template.with(template.object().with("spec", changed));
        }
        PodRules.template(effective);
        // upstream looks at these a second time
        Node metadata = template.child("metadata");
        if (metadata.has("labels")) {
            MetadataRules.labels(metadata.child("labels").at(template.path() + ".labels"));
        }
        if (metadata.has("annotations")) {
            Node annotations = metadata.child("annotations").at(template.path() + ".annotations");
            MetadataRules.annotations(annotations);
            PodAnnotationRules.check(annotations, template.child("spec"));
        }
    }

    private static void statefulStrategy(Node strategy) {
        Node type = strategy.child("type");
        Node rolling = strategy.child("rollingUpdate");
        switch (type.text()) {
            case "" -> strategy.required();
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
            default ->
                    strategy.invalidShown(shown(strategy), "must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    static void daemonSet(Node daemonSet) {
        Node spec = daemonSet.child("spec");
        Node selector = spec.child("selector");
        Common.labelSelector(selector);
        LabelSelector parsed = Common.selectorOf(selector);
        if (parsed != null && !parsed.matches(templateLabels(spec).object().strings())) {
            templateLabels(spec).invalid("`selector` does not match template `labels`");
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

    /// A strategy as messages show it: with its Go fields.
    private static String shown(Node strategy) {
        return Node.struct(
                "Type", Json.of(strategy.child("type").text()),
                "RollingUpdate", shownRolling(strategy.child("rollingUpdate")));
    }

    private static String shownRolling(Node rolling) {
        return rolling.has("partition") || !rolling.isSet()
                ? rolling.json().toString()
                : Node.struct(
                        "MaxUnavailable", orZero(rolling.child("maxUnavailable")),
                        "MaxSurge", orZero(rolling.child("maxSurge")));
    }

    private static Json orZero(Node amount) {
        return amount.isSet() ? amount.json() : Json.of(0);
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
                Common.numberOrPercent(unavailable);
                Common.numberOrPercent(surge);
                Common.notOverHundredPercent(unavailable);
                Common.notOverHundredPercent(surge);
                boolean noneDown = Common.isZero(unavailable);
                boolean noneMore = Common.isZero(surge);
                if (noneDown && noneMore) {
                    unavailable.required("cannot be 0 when maxSurge is 0");
                } else if (!noneDown && !noneMore) {
                    surge.invalid("may not be set when maxUnavailable is non-zero");
                }
            }
            default -> strategy.unsupportedShown(shown(strategy), "RollingUpdate", "OnDelete");
        }
    }

    static void daemonSetUpdate(Node after, JsonObject before) {
        immutableSelector(after, before);
        daemonSet(after);
    }

    /// A revision holds a JSON object, which stays as it was made.
    static void revision(Node revision) {
        revision.child("revision").notNegative();
        Node data = revision.child("data");
        if (!data.isSet()) {
            data.required("data is mandatory");
        } else if (!(data.json() instanceof JsonObject)) {
            data.required("data must be a valid JSON object");
        }
    }

    static void revisionUpdate(Node revision, JsonObject before) {
        revision.child("revision").notNegative();
        if (!revision.child("data").json().equals(before.get("data"))) {
            revision.child("data").invalid("field is immutable");
        }
    }

    /// The selector of these kinds stays as it was made.
    static void immutableSelector(Node after, JsonObject before) {
        Json old = before.object("spec").get("selector");
        after.child("spec", "selector").immutable(old);
    }

    static void statefulSetUpdate(Node after, JsonObject before) {
        statefulSet(after, false);
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
