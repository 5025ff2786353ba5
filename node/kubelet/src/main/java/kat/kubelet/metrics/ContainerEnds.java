package kat.kubelet.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import kat.api.json.JsonObject;

/// How many containers ended, by kind of container, exit code and reason.
///
/// A container counts once each time its pod's status begins to show it as terminated.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/status/status_manager.go`, `updateStatusInternal`.
public final class ContainerEnds {

    /// Kinds of ends that are told apart; more than these are not counted.
    private static final int MAX_KINDS = 2_000;

    private static final String NAME = "kubelet_terminated_containers_total";

    private static final List<Kind> KINDS =
            List.of(
                    new Kind("initContainerStatuses", "init_container"),
                    new Kind("containerStatuses", "container"),
                    new Kind("ephemeralContainerStatuses", "ephemeral_container"));

    private final Map<End, LongAdder> totals =
            new ConcurrentSkipListMap<>(
                    Comparator.comparing(End::type)
                            .thenComparing(End::exitCode)
                            .thenComparing(End::reason));

    /// Where a pod's status lists containers, and what the metric calls them.
    private record Kind(String list, String type) {}

    private record End(String type, long exitCode, String reason) {}

    /// Counts what ended between two statuses of one pod.
    public void count(JsonObject before, JsonObject after) {
        for (Kind kind : KINDS) {
            for (JsonObject container : after.array(kind.list()).objects()) {
                JsonObject state = container.object("state");
                if (state.has("terminated")
                        && !hadEnded(before, kind.list(), container.string("name"))) {
                    JsonObject ended = state.object("terminated");
                    count(
                            new End(
                                    kind.type(),
                                    ended.integer("exitCode", 0),
                                    ended.string("reason")));
                }
            }
        }
    }

    private void count(End end) {
        if (totals.containsKey(end) || totals.size() < MAX_KINDS) {
            totals.computeIfAbsent(end, _ -> new LongAdder()).increment();
        }
    }

    private static boolean hadEnded(JsonObject status, String list, String name) {
        return status.array(list).objects().stream()
                .anyMatch(
                        container ->
                                container.string("name").equals(name)
                                        && container.object("state").has("terminated"));
    }

    /// Adds the metric, when anything ended.
    void write(Exposition out) {
        if (totals.isEmpty()) {
            return;
        }
        out.family(NAME, "counter", "[ALPHA] Cumulative number of container terminations.");
        totals.forEach(
                (end, total) ->
                        out.sample(
                                NAME,
                                List.of(
                                        "container_type", end.type(),
                                        "exit_code", Long.toString(end.exitCode()),
                                        "reason", end.reason()),
                                (double) total.sum(),
                                0));
    }
}
