package kat.api.table;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// A pod's row: the one word that says how it is doing comes from its phase, its conditions and
/// the states of its containers, init containers first.
///
/// **Source:** `printPod` in `pkg/printers/internalversion`.
final class PodRow {

    private final JsonObject pod;
    private final JsonObject spec;
    private final JsonObject status;
    private final Set<String> sidecars = new HashSet<>();
    private String reason;
    private long restarts;
    private String lastRestart = "";
    private long sidecarRestarts;
    private String lastSidecarRestart = "";
    private int ready;

    private PodRow(JsonObject pod) {
        this.pod = pod;
        this.spec = pod.object("spec");
        this.status = pod.object("status");
        this.reason = status.string("reason", status.string("phase"));
        for (JsonObject container : spec.array("initContainers").objects()) {
            if (container.string("restartPolicy").equals("Always")) {
                sidecars.add(container.string("name"));
            }
        }
    }

    static void print(JsonObject pod, Cells cells) {
        new PodRow(pod).print(cells);
    }

    /// `conditions` of the row: that a pod has ended.
    static JsonArray conditions(JsonObject pod) {
        return switch (pod.object("status").string("phase")) {
            case "Succeeded" -> completed("Succeeded", "The pod has completed successfully.");
            case "Failed" -> completed("Failed", "The pod failed.");
            default -> JsonArray.EMPTY;
        };
    }

    private static JsonArray completed(String reason, String message) {
        return JsonArray.of(
                JsonObject.builder()
                        .put("type", "Completed")
                        .put("status", "True")
                        .put("reason", reason)
                        .put("message", message)
                        .build());
    }

    private void print(Cells cells) {
        if (hasCondition("PodScheduled", "False", "SchedulingGated")) {
            reason = "SchedulingGated";
        }
        boolean initializing = initContainers();
        if (!initializing || hasCondition("Initialized", "True", "")) {
            containers();
        }
        boolean deleting = pod.object("metadata").has("deletionTimestamp");
        if (deleting && status.string("reason").equals("NodeLost")) {
            reason = "Unknown";
        } else if (deleting && !isEnded()) {
            reason = "Terminating";
        }
        int total = spec.array("containers").size() + sidecars.size();
        boolean dated = restarts != 0 && !lastRestart.isEmpty();
        cells.name()
                .text(ready + "/" + total)
                .text(reason)
                .text(dated ? restarts + " (" + cells.since(lastRestart) + " ago)" : "" + restarts)
                .age();
        List<JsonObject> addresses = status.array("podIPs").objects();
        cells.text(addresses.isEmpty() ? "" : addresses.getFirst().string("ip"), Cells.NONE)
                .text(spec.string("nodeName"), Cells.NONE)
                .text(status.string("nominatedNodeName"), Cells.NONE)
                .text(readinessGates(), Cells.NONE);
    }

    private boolean isEnded() {
        String phase = status.string("phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private boolean hasCondition(String type, String value, String why) {
        for (JsonObject condition : status.array("conditions").objects()) {
            if (condition.string("type").equals(type)
                    && condition.string("status").equals(value)
                    && (why.isEmpty() || condition.string("reason").equals(why))) {
                return true;
            }
        }
        return false;
    }

    /// Whether one of them is still to finish.
    private boolean initContainers() {
        List<JsonObject> statuses = status.array("initContainerStatuses").objects();
        for (int i = 0; i < statuses.size(); i++) {
            JsonObject container = statuses.get(i);
            boolean sidecar = sidecars.contains(container.string("name"));
            count(container, sidecar);
            JsonObject ended = container.at("state", "terminated");
            boolean hasEnded = container.object("state").has("terminated");
            if (hasEnded && ended.integer("exitCode", 0) == 0) {
                continue;
            }
            if (sidecar && container.bool("started")) {
                ready += container.bool("ready") ? 1 : 0;
                continue;
            }
            String waiting = container.at("state", "waiting").string("reason");
            if (hasEnded) {
                reason = "Init:" + exit(ended);
            } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                reason = "Init:" + waiting;
            } else {
                reason = "Init:" + i + "/" + spec.array("initContainers").size();
            }
            return true;
        }
        return false;
    }

    private void containers() {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        boolean running = false;
        for (JsonObject container : status.array("containerStatuses").objects().reversed()) {
            count(container, false);
            JsonObject state = container.object("state");
            String waiting = state.object("waiting").string("reason");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (state.has("terminated")) {
                reason = exit(state.object("terminated"));
            } else if (container.bool("ready") && state.has("running")) {
                running = true;
                ready++;
            }
        }
        if (reason.equals("Completed") && running) {
            reason = hasCondition("Ready", "True", "") ? "Running" : "NotReady";
        }
    }

    private static String exit(JsonObject ended) {
        String why = ended.string("reason");
        if (!why.isEmpty()) {
            return why;
        }
        long signal = ended.integer("signal", 0);
        return signal != 0 ? "Signal:" + signal : "ExitCode:" + ended.integer("exitCode", 0);
    }

    private void count(JsonObject container, boolean sidecar) {
        long count = container.integer("restartCount", 0);
        String at = container.at("lastState", "terminated").string("finishedAt");
        restarts += count;
        lastRestart = at.compareTo(lastRestart) > 0 ? at : lastRestart;
        if (sidecar) {
            sidecarRestarts += count;
            lastSidecarRestart = at.compareTo(lastSidecarRestart) > 0 ? at : lastSidecarRestart;
        }
    }

    private String readinessGates() {
        List<JsonObject> gates = spec.array("readinessGates").objects();
        long open =
                gates.stream()
                        .filter(gate -> hasCondition(gate.string("conditionType"), "True", ""))
                        .count();
        return gates.isEmpty() ? "" : open + "/" + gates.size();
    }
}
