package kat.kubelet.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// How long pods may take to end when the machine goes down; a node without periods does nothing
/// then.
///
/// @param requested field `shutdownGracePeriod`: for all pods, default 0
/// @param critical field `shutdownGracePeriodCriticalPods`: the part of it that is kept for pods of
///     priority 2000000000 and above, default 0
/// @param byPriority field `shutdownGracePeriodByPodPriority`, which takes the place of the others
///
/// **Source:** `pkg/kubelet/nodeshutdown`, `pkg/kubelet/apis/config/validation`.
public record ShutdownSettings(Duration requested, Duration critical, List<Period> byPriority) {

    static final List<String> FIELDS =
            List.of(
                    "shutdownGracePeriod",
                    "shutdownGracePeriodCriticalPods",
                    "shutdownGracePeriodByPodPriority");

    private static final int SYSTEM_CRITICAL = 2_000_000_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    public static final ShutdownSettings OFF =
            new ShutdownSettings(Duration.ZERO, Duration.ZERO, List.of());

    /// @param priority of the pods that it is for, and of those up to the next period
    /// @param seconds for all of them together
    public record Period(int priority, long seconds) {}

    public ShutdownSettings {
        byPriority = byPriority.stream().sorted(Comparator.comparingInt(Period::priority)).toList();
        require(
                critical.compareTo(requested) <= 0,
                "shutdownGracePeriodCriticalPods "
                        + Fields.text(critical)
                        + " must be <= shutdownGracePeriod "
                        + Fields.text(requested));
        requireSecond("shutdownGracePeriod", requested);
        requireSecond("shutdownGracePeriodCriticalPods", critical);
        require(
                byPriority.isEmpty() || requested.isZero(),
                "Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at"
                        + " the same time");
    }

    private static void requireSecond(String name, Duration value) {
        require(
                value.isZero() || value.compareTo(SHORTEST) >= 0,
                name + " " + Fields.text(value) + " must be either zero or otherwise >= 1 sec");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("invalid configuration: " + message);
        }
    }

    static ShutdownSettings of(Fields fields) {
        List<Period> periods = new ArrayList<>();
        for (JsonObject each : fields.tree().array("shutdownGracePeriodByPodPriority").objects()) {
            Fields entry = new Fields(each);
            Set<String> known = new TreeSet<>(Set.of("priority", "shutdownGracePeriodSeconds"));
            entry.requireOnly(known, "shutdownGracePeriodByPodPriority");
            periods.add(
                    new Period(
                            entry.number("priority", 0),
                            entry.number("shutdownGracePeriodSeconds", 0)));
        }
        return new ShutdownSettings(
                fields.duration("shutdownGracePeriod", OFF.requested),
                fields.duration("shutdownGracePeriodCriticalPods", OFF.critical),
                periods);
    }

    void addTo(JsonObject.Builder json) {
        json.put("shutdownGracePeriod", Fields.text(requested))
                .put("shutdownGracePeriodCriticalPods", Fields.text(critical));
        if (!byPriority.isEmpty()) {
            List<Json> entries = new ArrayList<>();
            for (Period period : byPriority) {
                entries.add(
                        JsonObject.of(
                                "priority",
                                Json.of(period.priority()),
                                "shutdownGracePeriodSeconds",
                                Json.of(period.seconds())));
            }
            json.put("shutdownGracePeriodByPodPriority", new JsonArray(entries));
        }
    }

    /// Whose turn is when, those of the lowest priority first; empty when nothing is to be done.
    public List<Period> periods() {
        if (!byPriority.isEmpty()) {
            return byPriority;
        }
        if (requested.isZero()) {
            return List.of();
        }
        return List.of(
                new Period(0, requested.minus(critical).toSeconds()),
                new Period(SYSTEM_CRITICAL, critical.toSeconds()));
    }

    /// How long all pods may take together.
    public Duration total() {
        return Duration.ofSeconds(periods().stream().mapToLong(Period::seconds).sum());
    }
}
