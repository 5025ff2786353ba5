package kat.controllers.job;

import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;

/// What a job asks for, with the defaults of fields that are absent.
final class JobSpec {

    private static final long BACKOFF_LIMIT = 6;

    private final KubeObject job;
    private final JsonObject spec;
    final boolean isIndexed;

    /// Of an Indexed job, or of one that names a number; else [#hasCompletions] is false.
    final long completions;

    final FailurePolicy failurePolicy;

    JobSpec(KubeObject job) {
        this.job = job;
        this.spec = job.spec();
        this.isIndexed = spec.string("completionMode").equals("Indexed");
        this.completions = spec.integer("completions", 0);
        this.failurePolicy = new FailurePolicy(spec);
    }

    KubeObject job() {
        return job;
    }

    LabelSelector selector() {
        return LabelSelector.parse(spec.object("selector"));
    }

    boolean hasCompletions() {
        return spec.has("completions");
    }

    long parallelism() {
        return spec.integer("parallelism", 1);
    }

    long backoffLimit() {
        return spec.integer("backoffLimit", BACKOFF_LIMIT);
    }

    /// Whether each index has a back-off limit of its own.
    boolean limitsIndexes() {
        return isIndexed && spec.has("backoffLimitPerIndex");
    }

    long backoffLimitPerIndex() {
        return spec.integer("backoffLimitPerIndex", 0);
    }

    long mostFailedIndexes() {
        return spec.integer("maxFailedIndexes", Long.MAX_VALUE);
    }

    boolean isSuspended() {
        return spec.bool("suspend");
    }

    boolean restartsContainers() {
        return spec.at("template", "spec").string("restartPolicy").equals("OnFailure");
    }

    /// Whether a pod counts as failed only once it has ended, not while it is being deleted.
    boolean replacesOnlyEnded() {
        return spec.string("podReplacementPolicy").equals("Failed") || spec.has("podFailurePolicy");
    }

    JsonObject successPolicy() {
        return spec.object("successPolicy");
    }

    /// Seconds that the job may be active; negative for no limit.
    long deadlineSeconds() {
        return spec.integer("activeDeadlineSeconds", -1);
    }

    /// Whether a pod is one of the job's: of an Indexed job those that have an index that exists.
    boolean hasPlaceFor(KubeObject pod) {
        int index = Indexes.of(pod);
        return !isIndexed || (index != Indexes.UNKNOWN && index < completions);
    }
}
