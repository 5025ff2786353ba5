package kat.controllers.deployment;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// The annotations by which ReplicaSets remember which revision they are and how large the
/// deployment was meant to be when they were last sized.
///
/// **Source:** kube-controller-manager `deployment_util.go`.
final class Revisions {

    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";
    private static final int LONGEST_HISTORY = 2000;

    /// Annotations of a deployment that are not its sets'.
    private static final Set<String> OWN =
            Set.of(
                    "kubectl.kubernetes.io/last-applied-configuration",
                    REVISION,
                    HISTORY,
                    DESIRED,
                    MAX,
                    "deprecated.deployment.rollback.to");

    private Revisions() {}

    static long of(KubeObject object) {
        return number(object.annotation(REVISION));
    }

    static long number(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException setByHand) {
            return 0;
        }
    }

    /// The revision that the new set has or gets.
    static long next(List<KubeObject> oldSets) {
        return oldSets.stream().mapToLong(Revisions::of).max().orElse(0) + 1;
    }

    /// The set with the annotations of its deployment and its revision.
    static KubeObject annotate(KubeObject set, KubeObject deployment, long revision) {
        JsonObject annotations = set.metadata().object("annotations");
        for (var entry : deployment.annotations().entrySet()) {
            if (!OWN.contains(entry.getKey())) {
                annotations = annotations.with(entry.getKey(), entry.getValue());
            }
        }
        long known = number(annotations.string(REVISION));
        if (known < revision) {
            if (known > 0) {
                annotations = annotations.with(HISTORY, history(annotations, known));
            }
            annotations = annotations.with(REVISION, Long.toString(revision));
        }
        return withAnnotations(set, annotations);
    }

    private static String history(JsonObject annotations, long known) {
        String before = annotations.string(HISTORY);
        String joined = before.isEmpty() ? Long.toString(known) : before + "," + known;
        int tooMuch = joined.length() - LONGEST_HISTORY;
        return tooMuch <= 0 ? joined : joined.substring(joined.indexOf(',', tooMuch) + 1);
    }

    /// The set with the sizes it was last reckoned from.
    static KubeObject size(KubeObject set, Rollout rollout) {
        JsonObject annotations =
                set.metadata()
                        .object("annotations")
                        .with(DESIRED, new JsonString(Long.toString(rollout.wanted())))
                        .with(MAX, new JsonString(Long.toString(rollout.maxReplicas())));
        return withAnnotations(set, annotations);
    }

    private static KubeObject withAnnotations(KubeObject set, JsonObject annotations) {
        return set.metadata().object("annotations").equals(annotations)
                ? set
                : set.withMetadata(metadata -> metadata.with("annotations", annotations));
    }

    static Comparator<KubeObject> byRevision() {
        return Comparator.comparingLong(Revisions::of)
                .thenComparing(set -> set.metadata().string("creationTimestamp"));
    }
}
