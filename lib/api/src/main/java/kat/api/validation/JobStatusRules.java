package kat.api.validation;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;

/// The rules for what a Job's controller, KAT's or another's, says of it. Most look only at what an
/// update changes, so that a status which a change of the spec made wrong can be mended.
///
/// **Source:** Kubernetes' `pkg/apis/batch/validation` and `pkg/registry/batch/job/strategy.go`.
final class JobStatusRules {

    private final Node status;
    private final JsonObject spec;
    private final JsonObject old;
    private final boolean indexed;

    private JobStatusRules(Node job, JsonObject before) {
        status = job.child("status");
        spec = job.child("spec").object();
        old = before.object("status");
        indexed = spec.string("completionMode").equals("Indexed");
    }

    static void check(Node job, JsonObject before) {
        JobStatusRules rules = new JobStatusRules(job, before);
        rules.counts();
        rules.ends();
        rules.finished();
        rules.indexes();
        rules.success();
        rules.transitions();
    }

    private boolean is(String condition) {
        return isTrue(status.object(), condition);
    }

    private boolean was(String condition) {
        return isTrue(old, condition);
    }

    private static boolean isTrue(JsonObject status, String condition) {
        return isState(status, condition, "True");
    }

    private static boolean isState(JsonObject status, String condition, String state) {
        for (JsonObject each : status.array("conditions").objects()) {
            if (each.string("type").equals(condition) && each.string("status").equals(state)) {
                return true;
            }
        }
        return false;
    }

    private boolean isFinished() {
        return is("Complete") || is("Failed");
    }

    private boolean finishedChanged() {
        return isFinished() != (was("Complete") || was("Failed"));
    }

    private boolean changed(String field) {
        Json before = old.get(field);
        return !status.child(field).json().equals(before == null ? JsonNull.NULL : before);
    }

    private boolean changedState(String condition) {
        return is(condition) != was(condition);
    }

    private void counts() {
        StatusRules.notNegative(status, "active", "succeeded", "failed", "ready", "terminating");
        Set<String> seen = new HashSet<>();
        for (String list : List.of("succeeded", "failed")) {
            for (Node uid : status.child("uncountedTerminatedPods", list).items()) {
                if (uid.isEmpty()) {
                    uid.invalid("must not be empty");
                } else if (!seen.add(uid.text())) {
                    uid.duplicate();
                }
            }
        }
    }

    private void ends() {
        Node conditions = status.child("conditions");
        Node completion = status.child("completionTime");
        Node start = status.child("startTime");
        boolean complete = is("Complete");
        boolean completed = changedState("Complete");
        if ((completed || changedState("Failed")) && complete && is("Failed")) {
            conditions.invalidUnshown("cannot set Complete=True and Failed=true conditions");
        }
        if ((completed || changedState("FailureTarget")) && complete && is("FailureTarget")) {
            conditions.invalidUnshown("cannot set Complete=True and FailureTarget=true conditions");
        }
        if (completed || changed("completionTime")) {
            if (completion.isSet() && !complete) {
                completion.invalid(
                        "cannot set completionTime when there is no Complete=True condition");
            }
            if (!completion.isSet() && complete) {
                completion.required("completionTime is required for Complete jobs");
            }
        }
        boolean timed = changed("startTime") || changed("completionTime");
        if (timed && start.isSet() && completion.isSet() && isBefore(completion, start)) {
            completion.invalid("must be equal to or after `startTime`");
        }
        boolean failed = changedState("Failed") || changed("failedIndexes");
        if (failed && is("Failed") && !is("FailureTarget")) {
            conditions.invalidUnshown(
                    "cannot set Failed=True condition without the FailureTarget=true condition");
        }
        if ((completed || changedState("SuccessCriteriaMet"))
                && complete
                && !is("SuccessCriteriaMet")) {
            conditions.invalidUnshown(
                    "cannot set Complete=True condition without the SuccessCriteriaMet=true"
                            + " condition");
        }
    }

    private static boolean isBefore(Node one, Node other) {
        return Instant.parse(one.text()).isBefore(Instant.parse(other.text()));
    }

    private void finished() {
        boolean now = isFinished();
        if (!now) {
            return;
        }
        if ((finishedChanged() || changed("active")) && status.child("active").integer() > 0) {
            status.child("active").invalid("active>0 is invalid for finished job");
        }
        boolean nothing = spec.bool("suspend") && spec.integer("completions", -1) == 0;
        boolean looked = (finishedChanged() || changed("startTime")) && !nothing;
        if (looked && !status.has("startTime")) {
            status.child("startTime").required("startTime is required for finished job");
        }
        Node uncounted = status.child("uncountedTerminatedPods");
        boolean left =
                !uncounted.child("succeeded").isEmpty() || !uncounted.child("failed").isEmpty();
        if ((finishedChanged() || changed("uncountedTerminatedPods")) && left) {
            uncounted.invalid("must be empty for finished job");
        }
    }

    private void indexes() {
        Node completed = status.child("completedIndexes");
        Node failed = status.child("failedIndexes");
        long completions = spec.integer("completions", 0);
        boolean counted = spec.has("completions");
        IndexList done = IndexList.parse(completed.text(), completions);
        IndexList lost = IndexList.parse(failed.text(), completions);
        boolean doneChanged = changed("completedIndexes");
        boolean lostChanged = changed("failedIndexes");
        if (doneChanged && counted && !done.fault().isEmpty()) {
            completed.invalid("error parsing completedIndexes: " + done.fault());
        }
        boolean perIndex = spec.has("backoffLimitPerIndex");
        if (lostChanged && counted && perIndex && !lost.fault().isEmpty()) {
            failed.invalid("error parsing failedIndexes: " + lost.fault());
        }
        if (doneChanged && !completed.isEmpty() && !indexed) {
            completed.invalid(
                    "cannot set non-empty completedIndexes when non-indexed completion mode");
        }
        if (lostChanged && !perIndex && failed.isSet()) {
            failed.invalid("cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        }
        long both = done.overlap(lost);
        if ((doneChanged || lostChanged) && counted && both >= 0) {
            failed.invalid("failedIndexes and completedIndexes overlap at index: " + both);
        }
    }

    private void success() {
        Node terminating = status.child("terminating");
        boolean ended = finishedChanged() || changed("terminating");
        if (ended && terminating.integer() > 0 && isFinished()) {
            terminating.invalid("terminating>0 is invalid for finished job");
        }
        Node ready = status.child("ready");
        boolean counted = changed("ready") || changed("active");
        if (counted && ready.integer() > status.child("active").integer()) {
            ready.invalid("cannot set more ready pods than active");
        }
        Node conditions = status.child("conditions");
        if (is("SuccessCriteriaMet") && is("Failed")) {
            conditions.invalidUnshown(
                    "cannot set SuccessCriteriaMet=True and Failed=true conditions");
        }
        if (is("SuccessCriteriaMet") && is("FailureTarget")) {
            conditions.invalidUnshown(
                    "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        }
        if (spec.has("successPolicy") && !is("SuccessCriteriaMet") && is("Complete")) {
            conditions.invalidUnshown(
                    "cannot set Complete=True for Job with SuccessPolicy unless"
                            + " SuccessCriteriaMet=True");
        }
    }

    private void transitions() {
        Node conditions = status.child("conditions");
        for (String condition : List.of("Failed", "Complete", "FailureTarget")) {
            if (was(condition) && !is(condition)) {
                conditions.invalidUnshown(
                        "cannot disable the terminal " + condition + "=True condition");
            }
        }
        Node failed = status.child("failed");
        if (failed.integer() < old.integer("failed", 0)) {
            failed.invalid(Json.of(failed.integer()), "cannot decrease the failed counter");
        }
        boolean elastic =
                indexed
                        && String.valueOf(spec.get("completions"))
                                .equals(String.valueOf(spec.get("parallelism")));
        Node succeeded = status.child("succeeded");
        if (!elastic && succeeded.integer() < old.integer("succeeded", 0)) {
            succeeded.invalid(
                    Json.of(succeeded.integer()), "cannot decrease the succeeded counter");
        }
        Node completion = status.child("completionTime");
        if (completion.isSet() && old.has("completionTime") && changed("completionTime")) {
            completion.invalid("field is immutable");
        }
        boolean resuming = was("Suspended") && isState(status.object(), "Suspended", "False");
        boolean restarted = old.has("startTime") && changed("startTime") && !resuming;
        if (restarted && !spec.bool("suspend")) {
            status.child("startTime").invalid("field is immutable for unsuspended job once set");
        }
        if (was("SuccessCriteriaMet") && !is("SuccessCriteriaMet")) {
            conditions.invalidUnshown("cannot disable the SuccessCriteriaMet=True condition");
        }
        if (was("Complete") && !was("SuccessCriteriaMet") && is("SuccessCriteriaMet")) {
            conditions.invalidUnshown(
                    "cannot set SuccessCriteriaMet=True for Job already has Complete=true"
                            + " conditions");
        }
    }
}
