package kat.controllers.deployment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// One deployment with its ReplicaSets, and the numbers that follow from both.
///
/// @param deployment as last seen
/// @param newSet the set of the present template; null when there is none yet
/// @param oldSets all others, the oldest first
record Rollout(KubeObject deployment, @Nullable KubeObject newSet, List<KubeObject> oldSets) {

    static final String HASH_LABEL = "pod-template-hash";
    private static final int PERCENT = 100;

    Rollout {
        oldSets = List.copyOf(oldSets);
    }

    static Rollout of(KubeObject deployment, List<KubeObject> sets) {
        List<KubeObject> byAge = new ArrayList<>(sets);
        byAge.sort(
                Comparator.comparing((KubeObject set) -> set.metadata().string("creationTimestamp"))
                        .thenComparing(KubeObject::name));
        KubeObject newSet = null;
        List<KubeObject> others = new ArrayList<>();
        for (KubeObject set : byAge) {
            if (newSet == null && hasTemplateOf(deployment, set)) {
                newSet = set;
            } else {
                others.add(set);
            }
        }
        return new Rollout(deployment, newSet, others);
    }

    static boolean hasTemplateOf(KubeObject deployment, KubeObject set) {
        JsonObject template = set.spec().object("template");
        return template.withoutAt("metadata", "labels", HASH_LABEL)
                .equals(deployment.spec().object("template"));
    }

    List<KubeObject> allSets() {
        List<KubeObject> all = new ArrayList<>(oldSets);
        if (newSet != null) {
            all.add(newSet);
        }
        return all;
    }

    List<KubeObject> activeSets() {
        return allSets().stream().filter(set -> replicas(set) > 0).toList();
    }

    static long replicas(KubeObject set) {
        return set.spec().integer("replicas", 1);
    }

    static long counted(KubeObject set, String count) {
        return set.status().integer(count, 0);
    }

    long wanted() {
        return deployment.spec().integer("replicas", 1);
    }

    long total() {
        return allSets().stream().mapToLong(Rollout::replicas).sum();
    }

    long sum(String count) {
        return allSets().stream().mapToLong(set -> counted(set, count)).sum();
    }

    boolean recreates() {
        return deployment.spec().object("strategy").string("type").equals("Recreate");
    }

    boolean isPaused() {
        return deployment.spec().bool("paused");
    }

    /// How many pods there may be more than wanted.
    long maxSurge() {
        return recreates() ? 0 : bound("maxSurge", true);
    }

    /// How many wanted pods may be unavailable.
    long maxUnavailable() {
        if (recreates() || wanted() == 0) {
            return 0;
        }
        long unavailable = bound("maxUnavailable", false);
        // With both at zero nothing could ever move.
        long usable = unavailable == 0 && maxSurge() == 0 ? 1 : unavailable;
        return Math.min(usable, wanted());
    }

    private long bound(String name, boolean up) {
        Json value = deployment.spec().at("strategy", "rollingUpdate").get(name);
        return switch (value) {
            case JsonNumber number -> number.longValue();
            case JsonString(String text) when text.endsWith("%") -> {
                long percent = Long.parseLong(text.substring(0, text.length() - 1));
                long product = percent * wanted();
                yield up ? (product + PERCENT - 1) / PERCENT : product / PERCENT;
            }
            case null, default -> 0;
        };
    }

    long maxReplicas() {
        return wanted() + maxSurge();
    }

    long minAvailable() {
        return wanted() - maxUnavailable();
    }

    /// How large the new set may be now; it never shrinks by this.
    long newSetSize() {
        long present = newSet == null ? 0 : replicas(newSet);
        if (recreates()) {
            return wanted();
        }
        long room = maxReplicas() - total();
        return room <= 0 ? present : present + Math.min(room, wanted() - present);
    }

    /// Whether all of it runs the present template and is available.
    boolean isComplete() {
        return newSet != null
                && counted(newSet, "replicas") == wanted()
                && sum("replicas") == wanted()
                && sum("availableReplicas") == wanted();
    }
}
