package kat.apiserver.rest;

import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.registry.WriteCall;
import kat.client.DeleteOptions;

/// What a deletion answers.
final class Deletions {

    private static final String JOBS = "jobs.batch";

    private static final Set<String> ORPHANING = Set.of("replicationcontrollers", JOBS);

    private static final String PRESERVED =
            "child pods are preserved by default when jobs are deleted; set"
                    + " propagationPolicy=Background to remove them or set"
                    + " propagationPolicy=Orphan to suppress this warning";

    private Deletions() {}

    /// Clients of these kinds that know no propagation expect that dependents stay.
    ///
    /// @param call is told that pods of jobs do
    static DeleteOptions defaulted(Kind kind, DeleteOptions asked, WriteCall call) {
        if (!ORPHANING.contains(kind.resource()) || !asked.propagation().isEmpty()) {
            return asked;
        }
        if (kind.resource().equals(JOBS)) {
            call.warn(PRESERVED);
        }
        return new DeleteOptions(
                asked.uid(),
                asked.resourceVersion(),
                asked.graceSeconds(),
                "Orphan",
                asked.cause());
    }

    static JsonObject success(Kind kind, JsonObject gone) {
        JsonObject metadata = gone.object("metadata");
        return Status.success(
                        new Status.Details(
                                metadata.string("name"),
                                kind.group(),
                                kind.plural(),
                                metadata.string("uid"),
                                List.of(),
                                0))
                .toJson();
    }

    /// A removed object as it is answered: a pod carries the mark of its deletion.
    static JsonObject last(Kind kind, JsonObject gone) {
        if (!kind.resource().equals("pods")) {
            return gone;
        }
        if (gone.object("metadata").has("deletionTimestamp")) {
            return gone.withAt(Json.of(0), "metadata", "deletionGracePeriodSeconds");
        }
        long generation = gone.object("metadata").integer("generation", 0);
        Json created = gone.object("metadata").get("creationTimestamp");
        return gone.withAt(created == null ? Json.of("") : created, "metadata", "deletionTimestamp")
                .withAt(Json.of(0), "metadata", "deletionGracePeriodSeconds")
                .withAt(Json.of(generation + 1), "metadata", "generation");
    }
}
