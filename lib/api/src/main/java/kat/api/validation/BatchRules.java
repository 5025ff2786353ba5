package kat.api.validation;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;

/// The rules for Jobs and CronJobs.
final class BatchRules {

    private static final int MAX_CRON_NAME = 52;
    private static final int MAX_INDEXED_PARALLELISM = 100_000;

    private BatchRules() {}

    static void job(Node job) {
        Node spec = job.child("spec");
        jobSpec(spec);
        Node selector = spec.child("selector");
        if (!selector.isSet()) {
            selector.required();
        } else {
            Common.labelSelector(selector);
            LabelSelector parsed = Common.selectorOf(selector);
            Node labels = spec.child("template", "metadata", "labels");
            if (parsed != null && !parsed.matches(labels.object().strings())) {
                labels.with(labels.object()).invalid("`selector` does not match template `labels`");
            }
        }
    }

    private static void jobSpec(Node spec) {
        for (String field :
                List.of(
                        "parallelism",
                        "completions",
                        "activeDeadlineSeconds",
                        "backoffLimit",
                        "ttlSecondsAfterFinished",
                        "maxFailedIndexes",
                        "backoffLimitPerIndex")) {
            spec.child(field).notNegative();
        }
        Node mode = spec.child("completionMode");
        if (mode.isSet()) {
            mode.oneOf("NonIndexed", "Indexed");
            if (mode.text().equals("Indexed")) {
                indexed(spec);
            }
        }
        podFailurePolicy(spec);
        Node replacement = spec.child("podReplacementPolicy");
        if (spec.has("podFailurePolicy")) {
            replacement.oneOf("Failed");
        } else {
            replacement.oneOf("Failed", "TerminatingOrFailed");
        }
        Node manager = spec.child("managedBy");
        if (manager.isSet()) {
            Common.qualifiedName(manager);
        }
        Node template = spec.child("template");
        PodRules.template(template);
        restartPolicy(template.child("spec", "restartPolicy"));
    }

    private static void indexed(Node spec) {
        if (!spec.child("completions").isSet()) {
            spec.child("completions").required("when completion mode is Indexed");
        }
        Node parallelism = spec.child("parallelism");
        if (parallelism.integer() > MAX_INDEXED_PARALLELISM) {
            parallelism.invalid(
                    "must be less than or equal to "
                            + MAX_INDEXED_PARALLELISM
                            + " when completion mode is Indexed");
        }
    }

    /// A policy that pods may have elsewhere but not here counts as missing.
    private static void restartPolicy(Node policy) {
        String text = policy.text();
        if (text.isEmpty() || text.equals("Always")) {
            policy.required("valid values: \"OnFailure\", \"Never\"");
        } else if (!Set.of("OnFailure", "Never").contains(text)) {
            policy.unsupported("OnFailure", "Never");
        }
    }

    private static void podFailurePolicy(Node spec) {
        Node policy = spec.child("podFailurePolicy");
        for (Node rule : policy.child("rules").items()) {
            Node action = rule.child("action");
            action.requireOneOf("Count", "FailIndex", "FailJob", "Ignore");
            boolean codes = rule.has("onExitCodes");
            boolean conditions = !rule.child("onPodConditions").isEmpty();
            if (codes && conditions) {
                rule.invalid("specifying both OnExitCodes and OnPodConditions is not supported");
            } else if (!codes && !conditions) {
                rule.invalid("specifying one of OnExitCodes and OnPodConditions is required");
            }
            if (codes) {
                exitCodes(rule.child("onExitCodes"));
            }
        }
        Node restart = spec.child("template", "spec", "restartPolicy");
        if (policy.isSet() && !restart.text().equals("Never")) {
            restart.invalid("only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    private static void exitCodes(Node codes) {
        codes.child("operator").requireOneOf("In", "NotIn");
        Node values = codes.child("values");
        if (values.isEmpty()) {
            values.invalid(values.list(), "at least one value is required");
        }
        for (Node value : values.items()) {
            if (codes.child("operator").text().equals("In") && value.integer() == 0) {
                value.invalid("must not be 0 for the In operator");
            }
        }
    }

    static void jobUpdate(Node job, JsonObject before) {
        Node spec = job.child("spec");
        JsonObject old = before.object("spec");
        PodRules.template(spec.child("template"));
        for (String field :
                List.of(
                        "completions",
                        "selector",
                        "template",
                        "completionMode",
                        "podFailurePolicy",
                        "backoffLimitPerIndex",
                        "managedBy")) {
            boolean suspended = old.bool("suspend") && field.equals("template");
            boolean grows =
                    field.equals("completions")
                            && spec.child("completionMode").text().equals("Indexed");
            if (!suspended && !grows) {
                spec.child(field).immutable(old.get(field));
            }
        }
    }

    static void cronJob(Node cronJob) {
        Node spec = cronJob.child("spec");
        Node schedule = spec.child("schedule");
        if (schedule.isEmpty()) {
            schedule.required();
        } else {
            schedule(schedule);
        }
        spec.child("startingDeadlineSeconds").notNegative();
        if (spec.child("timeZone").isSet()) {
            timeZone(spec.child("timeZone"));
        }
        spec.child("concurrencyPolicy").requireOneOf("Allow", "Forbid", "Replace");
        template(spec.child("jobTemplate"));
        spec.child("successfulJobsHistoryLimit").notNegative();
        spec.child("failedJobsHistoryLimit").notNegative();
        Node name = cronJob.child("metadata", "name");
        if (name.text().length() > MAX_CRON_NAME) {
            name.invalid("must be no more than 52 characters");
        }
    }

    private static void template(Node template) {
        Node spec = template.child("spec");
        if (spec.child("manualSelector").bool()) {
            spec.child("manualSelector")
                    .unsupported(spec.child("manualSelector").json(), List.of("nil", "false"));
        }
        jobSpec(spec);
    }

    private static void schedule(Node schedule) {
        String fault = CronFormat.fault(schedule.text());
        if (!fault.isEmpty()) {
            schedule.invalid(fault);
        }
        if (schedule.text().contains("TZ")) {
            schedule.invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
    }

    private static void timeZone(Node zone) {
        String text = zone.text();
        if (text.isEmpty()) {
            zone.invalid("timeZone must be nil or non-empty string");
        } else if (text.toLowerCase(Locale.ROOT).equals("local")) {
            zone.invalid(
                    "timeZone must be an explicit time zone as defined in"
                            + " https://www.iana.org/time-zones");
        } else if (!isZone(text)) {
            zone.invalid("unknown time zone " + text);
        }
    }

    private static boolean isZone(String text) {
        try {
            return ZoneId.of(text) != null && !text.startsWith("+") && !text.startsWith("-");
        } catch (DateTimeException unknown) {
            return false;
        }
    }
}
