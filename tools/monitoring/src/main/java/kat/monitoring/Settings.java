package kat.monitoring;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the program is told.
///
/// @param namespace where Prometheus and Alertmanager run, with the objects that they mount
/// @param interval between two scrapes where a monitor says nothing
/// @param alertmanager its host and port; empty for none
public record Settings(String namespace, String interval, String alertmanager) {

    private static final String NAMESPACE = "monitoring";
    private static final String INTERVAL = "30s";
    private static final String ALERTMANAGER = "alertmanager:9093";

    public static Settings defaults() {
        return new Settings(NAMESPACE, INTERVAL, ALERTMANAGER);
    }

    /// Reads `namespace`, `interval` and `alertmanager`; what is absent has its default.
    ///
    /// @throws IllegalArgumentException for other keys, and for an interval that is none
    public static Settings of(Map<String, String> data) {
        Set<String> unknown = new TreeSet<>(data.keySet());
        unknown.removeAll(Set.of("namespace", "interval", "alertmanager"));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown settings: " + String.join(", ", unknown));
        }
        String interval = data.getOrDefault("interval", INTERVAL);
        if (!Words.isDuration(interval)) {
            throw new IllegalArgumentException("interval: '" + interval + "' is no duration");
        }
        return new Settings(
                data.getOrDefault("namespace", NAMESPACE),
                interval,
                data.getOrDefault("alertmanager", ALERTMANAGER));
    }
}
