package kat.controllers.node;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Conditions;
import org.jspecify.annotations.Nullable;

/// The taints that tell of a node's conditions.
///
/// | condition | taint `node.kubernetes.io/…` | effects |
/// |---|---|---|
/// | Ready False | `not-ready` | NoSchedule, NoExecute |
/// | Ready Unknown | `unreachable` | NoSchedule, NoExecute |
/// | MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable True | `memory-pressure` … |
/// NoSchedule |
/// | `spec.unschedulable` | `unschedulable` | NoSchedule |
///
/// **Source:** kube-controller-manager `nodelifecycle/node_lifecycle_controller.go`.
final class NodeTaints {

    private static final String PREFIX = "node.kubernetes.io/";
    private static final String NOT_READY = PREFIX + "not-ready";
    private static final String UNREACHABLE = PREFIX + "unreachable";

    private static final Set<String> KEYS =
            Set.of(
                    NOT_READY,
                    UNREACHABLE,
                    PREFIX + "memory-pressure",
                    PREFIX + "disk-pressure",
                    PREFIX + "pid-pressure",
                    PREFIX + "network-unavailable",
                    PREFIX + "unschedulable");

    private NodeTaints() {}

    /// The node's taints as they should be; those of others stay as they are.
    ///
    /// @param mayEvict whether a node that is not ready may get the taint that moves pods away
    static JsonArray of(KubeObject node, boolean mayEvict, Instant now) {
        List<String> noSchedule = noSchedule(node);
        String noExecute = unreadyKey(node);
        List<Json> taints = new ArrayList<>();
        boolean evicts = false;
        for (JsonObject taint : node.spec().array("taints").objects()) {
            String key = taint.string("key");
            boolean ours = KEYS.contains(key);
            switch (taint.string("effect")) {
                case "NoSchedule" -> {
                    if (!ours || noSchedule.remove(key)) {
                        taints.add(taint);
                    }
                }
                case "NoExecute" -> {
                    boolean ofReadiness = key.equals(NOT_READY) || key.equals(UNREACHABLE);
                    if (!ofReadiness || key.equals(noExecute)) {
                        taints.add(taint);
                        evicts |= ofReadiness;
                    }
                }
                default -> taints.add(taint);
            }
        }
        noSchedule.forEach(key -> taints.add(taint(key, "NoSchedule", now)));
        if (!noExecute.isEmpty() && !evicts && mayEvict) {
            taints.add(taint(noExecute, "NoExecute", now));
        }
        return new JsonArray(taints);
    }

    private static JsonObject taint(String key, String effect, Instant now) {
        return JsonObject.builder()
                .put("effect", effect)
                .put("key", key)
                .put("timeAdded", Conditions.seconds(now))
                .build();
    }

    /// Empty for a node that is ready or was never heard of.
    private static String unreadyKey(KubeObject node) {
        return switch (NodeConditions.ready(node)) {
            case "False" -> NOT_READY;
            case "Unknown" -> UNREACHABLE;
            default -> "";
        };
    }

    private static List<String> noSchedule(KubeObject node) {
        List<String> keys = new ArrayList<>();
        for (JsonObject condition : node.status().array("conditions").objects()) {
            boolean holds = condition.string("status").equals("True");
            switch (condition.string("type")) {
                case "Ready" -> {
                    if (!holds) {
                        keys.add(unreadyKey(node));
                    }
                }
                case "MemoryPressure" -> addIf(holds, keys, "memory-pressure");
                case "DiskPressure" -> addIf(holds, keys, "disk-pressure");
                case "PIDPressure" -> addIf(holds, keys, "pid-pressure");
                case "NetworkUnavailable" -> addIf(holds, keys, "network-unavailable");
                default -> {}
            }
        }
        addIf(node.spec().bool("unschedulable"), keys, "unschedulable");
        return keys;
    }

    private static void addIf(boolean holds, List<String> keys, String name) {
        if (holds) {
            keys.add(PREFIX + name);
        }
    }

    /// Whether pods are being moved off the node since less than `span`.
    static boolean evictsSince(KubeObject node, Duration span, Instant now) {
        for (JsonObject taint : node.spec().array("taints").objects()) {
            boolean ours =
                    taint.string("key").equals(NOT_READY)
                            || taint.string("key").equals(UNREACHABLE);
            if (ours && taint.string("effect").equals("NoExecute")) {
                Instant added = added(taint);
                return added != null && added.plus(span).isAfter(now);
            }
        }
        return false;
    }

    static @Nullable Instant added(JsonObject taint) {
        try {
            String text = taint.string("timeAdded");
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }
}
