package kat.kubelet.eviction;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/// What runs short, and which conditions of pressure hold. One that came stays for a while after
/// the last time that it was seen, so that pods do not come and go with every wave.
///
/// | seen now | seen before            | the condition |
/// |----------|------------------------|---------------|
/// | yes      | –                      | holds         |
/// | no       | within the period      | holds         |
/// | no       | never, or longer ago   | does not hold |
///
/// A threshold is due once it was met for its grace period, and from then on until there is as much
/// more as it says.
///
/// **Threads:** one at a time.
///
/// **Source:** `synchronize` in `pkg/kubelet/eviction/eviction_manager.go`.
public final class Pressures {

    private final List<Threshold> thresholds;
    private final Duration period;
    private final Map<String, Instant> lastSeen = new HashMap<>();
    private SequencedMap<Threshold, Instant> firstSeen = new LinkedHashMap<>();
    private List<Threshold> due = List.of();

    /// A threshold and what was there.
    public record Met(Threshold threshold, Observation observation) {

        /// How little is too little, as people read it.
        String text() {
            return threshold.least().text(observation.capacity());
        }
    }

    /// What a look gave.
    ///
    /// @param due what must be relieved now, memory first
    /// @param conditions that hold, sorted by name
    public record Look(List<Met> due, List<String> conditions) {
        public Look {
            due = List.copyOf(due);
            conditions = List.copyOf(conditions);
        }
    }

    public Pressures(List<Threshold> thresholds, Duration period) {
        this.thresholds = List.copyOf(thresholds);
        this.period = period;
    }

    public Look look(List<Observation> observations, Instant now) {
        SequencedMap<Threshold, Instant> seen = new LinkedHashMap<>();
        List<Met> ripe = new ArrayList<>();
        for (Threshold threshold : thresholds) {
            for (Observation each : observations) {
                boolean holds =
                        threshold.isMet(each)
                                || (due.contains(threshold) && threshold.isUnresolved(each));
                if (!holds) {
                    continue;
                }
                Instant since = firstSeen.getOrDefault(threshold, now);
                seen.put(threshold, since);
                lastSeen.put(threshold.signal().condition(), now);
                if (!since.plus(threshold.grace()).isAfter(now)) {
                    ripe.add(new Met(threshold, each));
                }
            }
        }
        firstSeen = seen;
        due = ripe.stream().map(Met::threshold).toList();
        ripe.sort(Comparator.comparing(met -> met.threshold().signal()));
        return new Look(ripe, conditions(now));
    }

    private List<String> conditions(Instant now) {
        TreeSet<String> conditions = new TreeSet<>();
        lastSeen.forEach(
                (condition, seen) -> {
                    if (seen.plus(period).isAfter(now) || seen.equals(now)) {
                        conditions.add(condition);
                    }
                });
        return List.copyOf(conditions);
    }

    /// Whether there is enough of everything, and as much more as thresholds say.
    public boolean isRelieved(List<Observation> observations) {
        return observations.stream()
                .noneMatch(each -> thresholds.stream().anyMatch(t -> t.isUnresolved(each)));
    }
}
