package kat.api.strategy;

import kat.api.json.JsonObject;

/// Gives a new Job a selector and labels that no other Job has, unless it brings its own.
///
/// **Source:** `pkg/registry/batch/job/strategy.go`.
final class JobSelector {

    private static final String PREFIX = "batch.kubernetes.io/";
    private static final String UID = "controller-uid";
    private static final String NAME = "job-name";

    private JobSelector() {}

    static JsonObject generate(JsonObject job) {
        JsonObject metadata = job.object("metadata");
        JsonObject spec = job.object("spec");
        boolean manual = spec.bool("manualSelector");
        JsonObject complete = manual ? job : job.with("spec", selected(spec, metadata));
        JsonObject labels = complete.at("spec", "template", "metadata").object("labels");
        return metadata.object("labels").isEmpty() && !labels.isEmpty()
                ? complete.withAt(labels, "metadata", "labels")
                : complete;
    }

    private static JsonObject selected(JsonObject spec, JsonObject metadata) {
        String uid = metadata.string("uid");
        String name = metadata.string("name");
        JsonObject labels =
                spec.at("template", "metadata")
                        .object("labels")
                        .with(UID, uid)
                        .with(NAME, name)
                        .with(PREFIX + UID, uid)
                        .with(PREFIX + NAME, name);
        JsonObject wanted = spec.at("selector", "matchLabels").with(PREFIX + UID, uid);
        return spec.withAt(labels, "template", "metadata", "labels")
                .withAt(wanted, "selector", "matchLabels");
    }
}
