package kat.kubelet.eviction;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Which conditions of pressure hold. One that came stays for a while after the last time that it
/// was seen, so that pods do not come and go with every wave.
///
/// | seen now | seen before            | the condition |
/// |----------|------------------------|---------------|
/// | yes      | –                      | holds         |
/// | no       | within the period      | holds         |
/// | no       | never, or longer ago   | does not hold |
///
/// **Threads:** one at a time.
///
/// **Source:** `pkg/kubelet/eviction/eviction_manager.go`.
public final class Pressures {

    /// Kubernetes' `eviction-pressure-transition-period`.
    public static final Duration USUAL_PERIOD = Duration.ofMinutes(5);

    private final List<Threshold> thresholds;
    private final Duration period;
    private final Map<Signal, Instant> lastSeen = new EnumMap<>(Signal.class);

    /// What a look gave.
    ///
    /// @param met what is short now, memory first
    /// @param conditions that hold, sorted by name
    public record Look(List<Observation> met, List<String> conditions) {}

    public Pressures(List<Threshold> thresholds, Duration period) {
        this.thresholds = List.copyOf(thresholds);
        this.period = period;
    }

    public Look look(List<Observation> observations, Instant now) {
        List<Observation> met = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            for (Observation each : observations) {
                if (each.signal() == signal && isMet(each)) {
                    met.add(each);
                    lastSeen.put(signal, now);
                }
            }
        }
        TreeSet<String> conditions = new TreeSet<>();
        lastSeen.forEach(
                (signal, seen) -> {
                    if (seen.plus(period).isAfter(now) || seen.equals(now)) {
                        conditions.add(signal.condition());
                    }
                });
        return new Look(List.copyOf(met), List.copyOf(conditions));
    }

    public boolean isMet(Observation observation) {
        return thresholds.stream().anyMatch(threshold -> threshold.isMet(observation));
    }

    /// In bytes; 0 when nothing is too little.
    public long threshold(Observation observation) {
        return thresholds.stream()
                .filter(threshold -> threshold.signal() == observation.signal())
                .mapToLong(threshold -> threshold.of(observation.capacity()))
                .max()
                .orElse(0);
    }
}
