package kat.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import kat.api.selector.LabelSelector;

/// The rules for Jobs.
///
/// **Source:** Kubernetes' `pkg/apis/batch/validation`.
final class JobRules {

    private static final int MAX_INDEXED_PARALLELISM = 100_000;
    private static final int MAX_FAILED_INDEXES = 100_000;
    private static final int MANY_COMPLETIONS = 100_000;
    private static final int MOST_WITH_MANY = 10_000;
    private static final int MAX_MANAGER = 63;
    private static final int MAX_RULES = 20;
    private static final int MAX_CODES = 255;
    private static final int MAX_INDEX_TEXT = 64 * 1024;
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> STATES = List.of("False", "True", "Unknown");

    /// Before the names of labels that a job's pods have under plain names since long ago.
    private static final String PREFIX = "batch.kubernetes.io/";

    private static final String UID_LABEL = "controller-uid";
    private static final String NAME_LABEL = "job-name";

    private JobRules() {}

    static void job(Node job) {
        generated(job, true);
        own(job);
    }

    private static void own(Node job) {
        Node spec = job.child("spec");
        specWithSelector(spec);
        Node name = job.child("metadata", "name");
        long completions = spec.child("completions").integer();
        if (isIndexed(spec) && completions > 0) {
            String last = name.text() + "-" + (completions - 1);
            if (!Names.dnsLabel(last).isEmpty()) {
                name.invalidText(
                        name.text(), "will not able to create pod with invalid DNS label: " + last);
            }
        }
    }

    private static void specWithSelector(Node spec) {
        spec(spec);
        Node selector = spec.child("selector");
        Node labels = spec.child("template", "metadata", "labels");
        if (!selector.isSet()) {
            selector.required();
            labels.invalid("`selector` does not match template `labels`");
            return;
        }
        Common.labelSelector(selector);
        LabelSelector parsed = Common.selectorOf(selector);
        if (parsed != null && !parsed.matches(labels.object().strings())) {
            labels.invalid("`selector` does not match template `labels`");
        }
    }

    /// What the server itself wrote into the selector and the template must still be there, unless
    /// the job brought its own.
    private static void generated(Node job, boolean prefixed) {
        Node spec = job.child("spec");
        if (spec.child("manualSelector").bool() || !spec.child("selector").isSet()) {
            return;
        }
        String uid = job.child("metadata", "uid").text();
        String name = job.child("metadata", "name").text();
        if (uid.isEmpty()) {
            job.child("metadata", "uid").required();
        }
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put(UID_LABEL, uid);
        expected.put(NAME_LABEL, name);
        if (prefixed) {
            expected.put(PREFIX + UID_LABEL, uid);
            expected.put(PREFIX + NAME_LABEL, name);
        }
        Node given = spec.child("template", "metadata", "labels");
        expected.forEach((label, value) -> label(given, label, value));
        LabelSelector selector = Common.selectorOf(spec.child("selector"));
        if (selector != null && !selector.matches(expected)) {
            spec.child("selector").invalid("`selector` not auto-generated");
        }
    }

    private static void label(Node labels, String name, String value) {
        Node label = labels.key(name);
        if (!label.isSet()) {
            label.required("must be '" + value + "'");
        } else if (!label.text().equals(value)) {
            label.invalid(labels.json(), "must be '" + value + "'");
        }
    }

    private static boolean isIndexed(Node spec) {
        return spec.child("completionMode").text().equals("Indexed");
    }

    /// A job's spec without its selector, as CronJobs hold it too.
    static void spec(Node spec) {
        StatusRules.notNegative(
                spec,
                "parallelism",
                "completions",
                "activeDeadlineSeconds",
                "backoffLimit",
                "ttlSecondsAfterFinished",
                "backoffLimitPerIndex",
                "maxFailedIndexes");
        if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
            spec.child("backoffLimitPerIndex").required("when maxFailedIndexes is specified");
        }
        Node manager = spec.child("managedBy");
        if (manager.isSet()) {
            Common.prefixedPath(manager);
            if (manager.bytes() > MAX_MANAGER) {
                manager.tooLong(MAX_MANAGER);
            }
        }
        spec.child("completionMode").oneOf("NonIndexed", "Indexed");
        if (isIndexed(spec)) {
            indexed(spec);
        } else {
            String mode = spec.child("completionMode").text();
            for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
                if (spec.has(field) && (mode.isEmpty() || mode.equals("NonIndexed"))) {
                    spec.child(field).invalid("requires indexed completion mode");
                }
            }
        }
        if (spec.has("podFailurePolicy")) {
            failurePolicy(spec);
        }
        successPolicy(spec);
        Node replacement = spec.child("podReplacementPolicy");
        if (spec.has("podFailurePolicy")) {
            replacement.oneOf("Failed");
        } else {
            replacement.oneOf("Failed", "TerminatingOrFailed");
        }
        PodRules.template(spec.child("template"));
        restartPolicy(spec.child("template", "spec", "restartPolicy"), spec);
    }

    private static void indexed(Node spec) {
        Node completions = spec.child("completions");
        Node parallelism = spec.child("parallelism");
        Node failed = spec.child("maxFailedIndexes");
        if (!completions.isSet()) {
            completions.required("when completion mode is Indexed");
        }
        if (parallelism.integer() > MAX_INDEXED_PARALLELISM) {
            parallelism.invalid(
                    "must be less than or equal to "
                            + MAX_INDEXED_PARALLELISM
                            + " when completion mode is Indexed");
        }
        if (completions.isSet() && failed.integer() > completions.integer()) {
            failed.invalid("must be less than or equal to completions");
        }
        if (failed.integer() > MAX_FAILED_INDEXES) {
            failed.invalid("must be less than or equal to " + MAX_FAILED_INDEXES);
        }
        if (completions.integer() <= MANY_COMPLETIONS || !spec.has("backoffLimitPerIndex")) {
            return;
        }
        String why =
                "must be less than or equal to "
                        + MOST_WITH_MANY
                        + " when completions are above "
                        + MANY_COMPLETIONS
                        + " and used with backoff limit per index";
        if (!failed.isSet()) {
            failed.required("must be specified when completions is above " + MANY_COMPLETIONS);
        }
        if (parallelism.integer() > MOST_WITH_MANY) {
            parallelism.invalid(why);
        }
        if (failed.integer() > MOST_WITH_MANY) {
            failed.invalid(why);
        }
    }

    /// A policy that pods may have elsewhere but not here counts as missing.
    private static void restartPolicy(Node policy, Node spec) {
        String text = policy.text();
        if (text.isEmpty() || text.equals("Always")) {
            policy.required("valid values: \"OnFailure\", \"Never\"");
        } else if (!text.equals("OnFailure") && !text.equals("Never")) {
            policy.unsupported("OnFailure", "Never");
        } else if (spec.has("podFailurePolicy") && !text.equals("Never")) {
            policy.invalid("only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    private static void failurePolicy(Node spec) {
        Node rules = spec.child("podFailurePolicy", "rules");
        if (rules.list().size() > MAX_RULES) {
            rules.tooMany(rules.list().size(), MAX_RULES);
        }
        Set<String> names = new HashSet<>();
        for (String list : List.of("containers", "initContainers")) {
            for (Node each : spec.child("template", "spec", list).items()) {
                names.add(each.child("name").text());
            }
        }
        for (Node rule : rules.items()) {
            Node action = rule.child("action");
            if (action.isEmpty()) {
                action.required("valid values: " + quoted(ACTIONS));
            } else if (action.text().equals("FailIndex")) {
                if (!spec.has("backoffLimitPerIndex")) {
                    action.invalid("requires the backoffLimitPerIndex to be set");
                }
            } else if (!ACTIONS.contains(action.text())) {
                action.unsupported(action.json(), ACTIONS);
            }
            boolean codes = rule.has("onExitCodes");
            Node conditions = rule.child("onPodConditions");
            if (codes) {
                exitCodes(rule.child("onExitCodes"), names);
            }
            conditions(conditions);
            if (codes && !conditions.isEmpty()) {
                rule.invalidUnshown(
                        "specifying both OnExitCodes and OnPodConditions is not supported");
            } else if (!codes && conditions.isEmpty()) {
                rule.invalidUnshown(
                        "specifying one of OnExitCodes and OnPodConditions is required");
            }
        }
    }

    /// Texts as Go's `%q` shows a list.
    private static String quoted(List<String> texts) {
        StringBuilder all = new StringBuilder("[");
        for (String text : texts) {
            all.append(all.length() > 1 ? " " : "").append(Json.of(text));
        }
        return all.append(']').toString();
    }

    private static void conditions(Node conditions) {
        if (conditions.list().size() > MAX_RULES) {
            conditions.tooMany(conditions.list().size(), MAX_RULES);
        }
        for (Node pattern : conditions.items()) {
            Node type = pattern.child("type");
            Common.qualifiedName(type.with(Json.of(type.text())));
            Node status = pattern.child("status");
            if (status.isEmpty()) {
                status.required("valid values: " + quoted(STATES));
            } else if (!STATES.contains(status.text())) {
                status.unsupported(status.json(), STATES);
            }
        }
    }

    private static void exitCodes(Node codes, Set<String> containers) {
        Node operator = codes.child("operator");
        if (operator.isEmpty()) {
            operator.required("valid values: " + quoted(List.of("In", "NotIn")));
        } else {
            operator.oneOf("In", "NotIn");
        }
        Node container = codes.child("containerName");
        if (container.isSet() && !containers.contains(container.text())) {
            container.invalid(
                    "must be one of the container or initContainer names in the pod template");
        }
        Node values = codes.child("values");
        if (values.isEmpty()) {
            values.invalid("at least one value is required");
        } else if (values.list().size() > MAX_CODES) {
            values.tooMany(values.list().size(), MAX_CODES);
        }
        Set<Long> seen = new HashSet<>();
        boolean ordered = true;
        long previous = Long.MIN_VALUE;
        for (Node value : values.items()) {
            if (operator.text().equals("In") && value.integer() == 0) {
                value.invalid("must not be 0 for the In operator");
            }
            if (!seen.add(value.integer())) {
                value.duplicate();
            }
            ordered &= previous <= value.integer();
            previous = value.integer();
        }
        if (!ordered) {
            values.invalid("must be ordered");
        }
    }

    private static void successPolicy(Node spec) {
        Node policy = spec.child("successPolicy");
        if (!policy.isSet()) {
            return;
        }
        if (!isIndexed(spec)) {
            policy.invalid("requires indexed completion mode");
            return;
        }
        Node rules = policy.child("rules");
        if (rules.isEmpty()) {
            rules.required(
                    "at least one rules must be specified when the successPolicy is specified");
        }
        if (rules.list().size() > MAX_RULES) {
            rules.tooMany(rules.list().size(), MAX_RULES);
        }
        long completions = spec.child("completions").integer();
        rules.items().forEach(rule -> successRule(rule, completions));
    }

    private static void successRule(Node rule, long completions) {
        Node count = rule.child("succeededCount");
        Node indexes = rule.child("succeededIndexes");
        if (!count.isSet() && !indexes.isSet()) {
            rule.required("at least one of succeededCount or succeededIndexes must be specified");
        }
        long total = 0;
        if (indexes.isSet()) {
            if (indexes.bytes() > MAX_INDEX_TEXT) {
                indexes.tooLong(MAX_INDEX_TEXT);
            }
            IndexList parsed = IndexList.parse(indexes.text(), completions);
            total = parsed.total();
            if (!parsed.fault().isEmpty()) {
                indexes.invalid("error parsing succeededIndexes: " + parsed.fault());
            }
        }
        if (!count.isSet()) {
            return;
        }
        count.notNegative();
        if (count.integer() > completions) {
            count.invalid(
                    "must be less than or equal to "
                            + completions
                            + " (the number of specified completions)");
        }
        if (indexes.isSet() && count.integer() > total) {
            count.invalid(
                    "must be less than or equal to "
                            + total
                            + " (the number of indexes in the specified succeededIndexes field)");
        }
    }

    static void update(Node job, JsonObject before) {
        Node spec = job.child("spec");
        JsonObject old = before.object("spec");
        // upstream checks a job as a new one first, and its spec again with what may change
        JsonObject labels = before.object("spec").object("template").at("metadata", "labels");
        generated(job, labels.has(PREFIX + NAME_LABEL) && labels.has(PREFIX + UID_LABEL));
        own(job);
        MetadataRules.checkKubernetesUpdate(job.child("metadata"), before.object("metadata"));
        specWithSelector(spec);
        completions(spec, old);
        spec.child("selector").immutable(old.get("selector"));
        template(spec, before);
        for (String field :
                List.of(
                        "completionMode",
                        "podFailurePolicy",
                        "backoffLimitPerIndex",
                        "managedBy",
                        "successPolicy")) {
            spec.child(field).immutable(old.get(field));
        }
    }

    private static void completions(Node spec, JsonObject old) {
        Node completions = spec.child("completions");
        if (!isIndexed(spec)) {
            completions.immutable(old.get("completions"));
            return;
        }
        boolean same = completions.json().equals(old.get("completions"));
        if (!same
                && completions.isSet()
                && completions.integer() != spec.child("parallelism").integer()) {
            completions.invalid("can only be modified in tandem with spec.parallelism");
        }
    }

    /// The template of a job that never started, or whose pods are gone while it is suspended, may
    /// still say where its pods go and how much they ask for.
    private static void template(Node spec, JsonObject before) {
        JsonObject old = before.object("spec");
        JsonObject template = spec.child("template").object();
        JsonObject was = old.object("template");
        boolean suspended = old.bool("suspend");
        boolean idle =
                suspended
                        && before.object("status").integer("active", 0) == 0
                        && (!before.object("status").has("startTime") || isSuspended(before));
        JsonObject allowed = was;
        if (idle) {
            for (String field : List.of("nodeSelector", "tolerations", "schedulingGates")) {
                allowed = copied(allowed, template, "spec", field);
            }
            allowed = withNodeAffinity(allowed, template);
            for (String field : List.of("annotations", "labels")) {
                allowed = copied(allowed, template, "metadata", field);
            }
        }
        if (!suspended) {
            Node place = spec.child("template");
            if (!template.equals(allowed)) {
                place.invalid("field is immutable");
            }
            return;
        }
        JsonObject podSpec = allowed.object("spec");
        for (String list : List.of("containers", "initContainers")) {
            podSpec = withResourcesOf(podSpec, template.object("spec"), list);
        }
        if (!template.object("spec").equals(podSpec)) {
            spec.child("template.spec").with(template.object("spec")).invalid("field is immutable");
        }
    }

    private static boolean isSuspended(JsonObject job) {
        for (JsonObject condition : job.object("status").array("conditions").objects()) {
            if (condition.string("type").equals("Suspended")
                    && condition.string("status").equals("True")) {
                return true;
            }
        }
        return false;
    }

    private static JsonObject copied(JsonObject to, JsonObject from, String part, String field) {
        Json value = from.object(part).get(field);
        if (value == null && !to.object(part).has(field)) {
            return to;
        }
        return to.change(
                part, each -> value == null ? each.without(field) : each.with(field, value));
    }

    private static JsonObject withNodeAffinity(JsonObject to, JsonObject from) {
        Json wanted = from.object("spec").object("affinity").get("nodeAffinity");
        JsonObject affinity = to.object("spec").object("affinity");
        JsonObject changed =
                wanted == null
                        ? affinity.without("nodeAffinity")
                        : affinity.with("nodeAffinity", wanted);
        boolean drop = changed.isEmpty() && !from.object("spec").has("affinity");
        return to.change(
                "spec", spec -> drop ? spec.without("affinity") : spec.with("affinity", changed));
    }

    private static JsonObject withResourcesOf(JsonObject old, JsonObject now, String list) {
        JsonArray before = old.array(list);
        JsonArray after = now.array(list);
        if (before.size() != after.size()) {
            return old;
        }
        List<Json> result = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            JsonObject was = before.objects().get(i);
            JsonObject is = after.objects().get(i);
            Json resources = is.get("resources");
            boolean same = was.string("name").equals(is.string("name"));
            if (!same) {
                result.add(was);
            } else {
                result.add(
                        resources == null
                                ? was.without("resources")
                                : was.with("resources", resources));
            }
        }
        return before.isEmpty() ? old : old.with(list, new JsonArray(result));
    }
}
