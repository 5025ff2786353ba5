package kat.kubelet;

import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The parts of Node and Lease objects that real and simulated kubelets write alike.
///
/// **Source:** `pkg/kubelet/nodestatus/setters.go`, client-go's and component-helpers' node leases.
final class NodeObjects {

    static final String LEASE_NAMESPACE = "kube-node-lease";
    static final long LEASE_SECONDS = 40;

    private static final int MICROSECOND_DIGITS = 6;

    private NodeObjects() {}

    /// One condition of a node.
    record Condition(String type, boolean holds, String reason, String message) {}

    /// What this kubelet can do and not every one.
    static final JsonArray FEATURES =
            JsonArray.ofStrings(List.of("RestartAllContainersOnContainerExits"));

    static final List<Condition> HEALTHY =
            List.of(
                    new Condition(
                            "MemoryPressure",
                            false,
                            "KubeletHasSufficientMemory",
                            "kubelet has sufficient memory available"),
                    new Condition(
                            "DiskPressure",
                            false,
                            "KubeletHasNoDiskPressure",
                            "kubelet has no disk pressure"),
                    new Condition(
                            "PIDPressure",
                            false,
                            "KubeletHasSufficientPID",
                            "kubelet has sufficient PID available"),
                    new Condition(
                            "Ready", true, "KubeletReady", "kubelet is posting ready status"));

    private static final Map<String, Condition> PRESSURES =
            Map.of(
                    "MemoryPressure",
                    new Condition(
                            "MemoryPressure",
                            true,
                            "KubeletHasInsufficientMemory",
                            "kubelet has insufficient memory available"),
                    "DiskPressure",
                    new Condition(
                            "DiskPressure",
                            true,
                            "KubeletHasDiskPressure",
                            "kubelet has disk pressure"),
                    "PIDPressure",
                    new Condition(
                            "PIDPressure",
                            true,
                            "KubeletHasInsufficientPID",
                            "kubelet has insufficient PID available"));

    /// @param pressures the types of those that hold
    /// @param troubles why the node is not ready; empty when it is
    static List<Condition> conditionsOf(List<String> pressures, String troubles) {
        List<Condition> all = new ArrayList<>();
        for (Condition healthy : HEALTHY) {
            Condition pressure = PRESSURES.get(healthy.type());
            if (pressure != null && pressures.contains(healthy.type())) {
                all.add(pressure);
            } else if (healthy.type().equals("Ready") && !troubles.isEmpty()) {
                all.add(new Condition("Ready", false, "KubeletNotReady", troubles));
            } else {
                all.add(healthy);
            }
        }
        return List.copyOf(all);
    }

    static boolean isPressure(String type) {
        return PRESSURES.containsKey(type);
    }

    /// What an event calls the change of a condition of pressure.
    static String pressureEvent(Condition condition) {
        return condition.reason().replaceFirst("^Kubelet", "Node");
    }

    /// The conditions with their times: that of the last change is kept from `before` where the
    /// status is the same.
    static JsonArray conditions(List<Condition> conditions, JsonArray before, Instant now) {
        List<Json> written = new ArrayList<>();
        for (Condition condition : conditions) {
            String status = condition.holds() ? "True" : "False";
            JsonObject known = PodConditions.find(before, condition.type());
            boolean stays = known.string("status").equals(status);
            String since = stays ? known.string("lastTransitionTime") : PodConditions.time(now);
            written.add(
                    JsonObject.builder()
                            .put("type", condition.type())
                            .put("status", status)
                            .put("reason", condition.reason())
                            .put("message", condition.message())
                            .put("lastHeartbeatTime", PodConditions.time(now))
                            .put("lastTransitionTime", since)
                            .build());
        }
        return new JsonArray(written);
    }

    static boolean isReady(KubeObject node) {
        JsonObject ready = PodConditions.find(node.status().array("conditions"), "Ready");
        return ready.string("status").equals("True");
    }

    static Map<String, String> labels(String name, String architecture) {
        return Map.of(
                "beta.kubernetes.io/arch", architecture,
                "beta.kubernetes.io/os", "linux",
                "kubernetes.io/arch", architecture,
                "kubernetes.io/hostname", name,
                "kubernetes.io/os", "linux");
    }

    /// The name that Go gives this machine's processor.
    static String architecture(String javaName) {
        return switch (javaName) {
            case "aarch64" -> "arm64";
            case "amd64", "x86_64" -> "amd64";
            default -> javaName;
        };
    }

    static JsonObject resources(Map<String, String> amounts) {
        return JsonObject.ofStrings(amounts);
    }

    /// A new lease of `node`, held from `now`.
    static KubeObject lease(KubeObject node, Instant now) {
        OwnerReference owner =
                new OwnerReference("v1", "Node", node.name(), node.uid(), false, false);
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", node.name())
                        .put("namespace", LEASE_NAMESPACE)
                        .put("ownerReferences", JsonArray.of(owner.toJson()))
                        .build();
        JsonObject spec =
                JsonObject.builder()
                        .put("holderIdentity", node.name())
                        .put("leaseDurationSeconds", LEASE_SECONDS)
                        .put("renewTime", microTime(now))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "coordination.k8s.io/v1")
                        .put("kind", "Lease")
                        .put("metadata", metadata)
                        .put("spec", spec)
                        .build());
    }

    static JsonObject renewal(Instant now) {
        return JsonObject.EMPTY.withAt(Json.of(microTime(now)), "spec", "renewTime");
    }

    /// RFC 3339 with exactly six digits after the point, as `MicroTime` is written.
    static String microTime(Instant now) {
        long micros = now.get(ChronoField.MICRO_OF_SECOND);
        String digits = Long.toString(micros);
        return now.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "")
                + "."
                + "0".repeat(MICROSECOND_DIGITS - digits.length())
                + digits
                + "Z";
    }
}
