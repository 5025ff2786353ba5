package kat.api.strategy;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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
        if (spec.bool("manualSelector")) {
            return job;
        }
        JsonObject selected = selected(spec, metadata);
        JsonObject made = job.with("spec", selected);
        return sharesLabels(job)
                ? made.withAt(
                        selected.at("template", "metadata").object("labels"), "metadata", "labels")
                : made;
    }

    /// Whether the Job got its labels from its template by defaulting: then it gets also those that
    /// are added there.
    private static boolean sharesLabels(JsonObject job) {
        Set<JsonObject> same = Collections.newSetFromMap(new IdentityHashMap<>());
        same.add(job.object("metadata").object("labels"));
        JsonObject labels = job.at("spec", "template", "metadata").object("labels");
        return !labels.isEmpty() && same.contains(labels);
    }

    /// A Job that is read back has its template's labels, unless it has some of its own.
    static JsonObject labelled(JsonObject job) {
        JsonObject labels = job.at("spec", "template", "metadata").object("labels");
        boolean bare = job.object("metadata").object("labels").isEmpty();
        return bare && !labels.isEmpty() ? job.withAt(labels, "metadata", "labels") : job;
    }

    /// What the client said stays; validation refuses it where it is wrong.
    private static JsonObject kept(JsonObject labels, String name, String value) {
        return labels.has(name) ? labels : labels.with(name, value);
    }

    private static JsonObject selected(JsonObject spec, JsonObject metadata) {
        String uid = metadata.string("uid");
        String name = metadata.string("name");
        JsonObject labels = spec.at("template", "metadata").object("labels");
        for (String prefix : List.of("", PREFIX)) {
            labels = kept(labels, prefix + UID, uid);
            labels = kept(labels, prefix + NAME, name);
        }
        JsonObject wanted = kept(spec.at("selector", "matchLabels"), PREFIX + UID, uid);
        return spec.withAt(labels, "template", "metadata", "labels")
                .withAt(wanted, "selector", "matchLabels");
    }
}
