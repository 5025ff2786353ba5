package kat.kubelet.spec;

import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.cri.LinuxResources;

/// Requests and limits as the kernel's control groups take them.
///
/// **Source:** `pkg/kubelet/cm/helpers_linux.go`, `pkg/kubelet/qos/policy.go`.
public final class PodResources {

    private static final long PERIOD_MICROS = 100_000;
    private static final long LEAST_QUOTA_MICROS = 1_000;
    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;
    private static final int GUARANTEED_OOM_SCORE = -997;
    private static final int BEST_EFFORT_OOM_SCORE = 1000;
    private static final long CRITICAL_PRIORITY = 2_000_000_000;

    private PodResources() {}

    /// `Guaranteed`, `Burstable` or `BestEffort`.
    public static String qosClass(KubeObject pod) {
        String stored = pod.status().string("qosClass");
        return stored.isEmpty() ? "BestEffort" : stored;
    }

    /// @param memoryCapacity of the machine in bytes
    /// @param unified whether control groups are of version 2
    public static LinuxResources of(
            KubeObject pod, JsonObject container, long memoryCapacity, boolean unified) {
        JsonObject limits = container.object("resources").object("limits");
        JsonObject requests = container.object("resources").object("requests");
        LinuxResources resources =
                cpu(millis(requests, limits), millis(limits, JsonObject.EMPTY))
                        .withMemoryLimitBytes(bytes(limits))
                        .withOomScoreAdj(oomScore(pod, bytes(requests), memoryCapacity));
        return unified ? resources.withUnified(Map.of("memory.oom.group", "1")) : resources;
    }

    /// What the pod as a whole may use: sums, and a limit only where every container has one.
    public static LinuxResources ofPod(KubeObject pod) {
        long requested = 0;
        long cpuLimit = 0;
        long memoryLimit = 0;
        boolean allCpu = true;
        boolean allMemory = true;
        for (JsonObject container : running(pod)) {
            JsonObject limits = container.object("resources").object("limits");
            JsonObject requests = container.object("resources").object("requests");
            requested += millis(requests, limits);
            cpuLimit += millis(limits, JsonObject.EMPTY);
            memoryLimit += bytes(limits);
            allCpu &= millis(limits, JsonObject.EMPTY) > 0;
            allMemory &= bytes(limits) > 0;
        }
        for (JsonObject init : pod.spec().array("initContainers").objects()) {
            JsonObject limits = init.object("resources").object("limits");
            requested =
                    Math.max(
                            requested, millis(init.object("resources").object("requests"), limits));
            cpuLimit = Math.max(cpuLimit, millis(limits, JsonObject.EMPTY));
            memoryLimit = Math.max(memoryLimit, bytes(limits));
            allCpu &= millis(limits, JsonObject.EMPTY) > 0;
            allMemory &= bytes(limits) > 0;
        }
        return cpu(requested, allCpu ? cpuLimit : 0)
                .withMemoryLimitBytes(allMemory ? memoryLimit : 0);
    }

    private static List<JsonObject> running(KubeObject pod) {
        return pod.spec().array("containers").objects();
    }

    private static LinuxResources cpu(long requestMillis, long limitMillis) {
        long shares = requestMillis * 1024 / 1000;
        LinuxResources resources =
                LinuxResources.NONE.withCpuShares(Math.clamp(shares, LEAST_SHARES, MOST_SHARES));
        if (limitMillis == 0) {
            return resources;
        }
        long quota = Math.max(LEAST_QUOTA_MICROS, limitMillis * PERIOD_MICROS / 1000);
        return resources.withCpuPeriod(PERIOD_MICROS).withCpuQuota(quota);
    }

    private static long millis(JsonObject amounts, JsonObject otherwise) {
        String text = amounts.string("cpu", otherwise.string("cpu"));
        return text.isEmpty() ? 0 : Quantity.parse(text).thousandths();
    }

    private static long bytes(JsonObject amounts) {
        String text = amounts.string("memory");
        return text.isEmpty() ? 0 : Quantity.parse(text).wholeUnits();
    }

    /// How readily the kernel ends the container when the machine runs out of memory.
    static int oomScore(KubeObject pod, long requestedBytes, long capacityBytes) {
        boolean critical = pod.spec().integer("priority", 0) >= CRITICAL_PRIORITY;
        String qos = qosClass(pod);
        if (critical || qos.equals("Guaranteed")) {
            return GUARANTEED_OOM_SCORE;
        }
        if (qos.equals("BestEffort")) {
            return BEST_EFFORT_OOM_SCORE;
        }
        long score = 1000 - 1000 * requestedBytes / Math.max(1, capacityBytes);
        return Math.clamp(score, 1000 + GUARANTEED_OOM_SCORE, BEST_EFFORT_OOM_SCORE - 1);
    }
}
