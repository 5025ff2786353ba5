package kat.kubelet.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.api.quota.PodAmounts;
import kat.cri.LinuxResources;

/// Requests and limits as the kernel's control groups take them.
///
/// **Source:** `pkg/kubelet/cm/helpers_linux.go`, `pkg/kubelet/qos/policy.go`.
public final class PodResources {

    private static final String CPU = "cpu";
    private static final String MEMORY = "memory";
    private static final long PERIOD_MICROS = 100_000;
    private static final long LEAST_QUOTA_MICROS = 1_000;
    /// What control groups have that nobody asked anything for.
    public static final long LEAST_SHARES = 2;

    private static final long MOST_SHARES = 262_144;
    private static final long MOST_WEIGHT = 10_000;
    private static final int GUARANTEED_OOM_SCORE = -997;
    private static final int BEST_EFFORT_OOM_SCORE = 1000;
    private static final long CRITICAL_PRIORITY = 2_000_000_000;
    private static final String NODE_CRITICAL = "system-node-critical";

    private PodResources() {}

    /// `Guaranteed`, `Burstable` or `BestEffort`.
    public static String qosClass(KubeObject pod) {
        String stored = pod.status().string("qosClass");
        return stored.isEmpty() ? "BestEffort" : stored;
    }

    /// A container without a limit of its own has that of its pod.
    ///
    /// @param memoryCapacity of the machine in bytes
    /// @param unified whether control groups are of version 2
    public static LinuxResources of(
            KubeObject pod, JsonObject container, long memoryCapacity, boolean unified) {
        Amounts limits = limits(container);
        Amounts requests = Amounts.parse(container.at("resources", "requests"));
        if (PodAmounts.isSetForPod(pod.tree())) {
            limits = ofPod(pod, "limits").replacedBy(limits.withoutZeros());
        }
        LinuxResources resources =
                cpu(millis(requests.has(CPU) ? requests : limits), millis(limits))
                        .withMemoryLimitBytes(bytes(limits))
                        .withOomScoreAdj(oomScore(pod, container, memoryCapacity));
        return unified ? resources.withUnified(Map.of("memory.oom.group", "1")) : resources;
    }

    /// What the pod as a whole may use, with the overhead of its runtime; a limit only where every
    /// container, or the pod itself, has one.
    public static LinuxResources ofPod(KubeObject pod) {
        if (qosClass(pod).equals("BestEffort")) {
            return cpu(0, 0);
        }
        JsonObject specified = JsonObject.of("spec", pod.spec());
        Amounts limits = PodAmounts.limits(specified);
        boolean guaranteed = qosClass(pod).equals("Guaranteed");
        long requested = millis(PodAmounts.requests(specified));
        return cpu(requested, guaranteed || isLimited(pod, CPU) ? millis(limits) : 0)
                .withMemoryLimitBytes(guaranteed || isLimited(pod, MEMORY) ? bytes(limits) : 0);
    }

    private static boolean isLimited(KubeObject pod, String resource) {
        return ofPod(pod, "limits").get(resource).signum() > 0
                || containers(pod).stream()
                        .allMatch(each -> limits(each).get(resource).signum() > 0);
    }

    private static Amounts limits(JsonObject container) {
        return Amounts.parse(container.at("resources", "limits"));
    }

    private static Amounts ofPod(KubeObject pod, String member) {
        return Amounts.parse(pod.spec().at("resources", member));
    }

    private static List<JsonObject> containers(KubeObject pod) {
        List<JsonObject> all = new ArrayList<>(pod.spec().array("containers").objects());
        all.addAll(pod.spec().array("initContainers").objects());
        return all;
    }

    /// The shares of all pods that may use more than they ask for, as a class.
    ///
    /// @param pods that run or will
    public static long burstableShares(Collection<KubeObject> pods) {
        long requested = 0;
        for (KubeObject pod : pods) {
            if (qosClass(pod).equals("Burstable")) {
                requested += millis(PodAmounts.requests(JsonObject.of("spec", pod.spec())));
            }
        }
        return shares(requested);
    }

    private static long shares(long requestMillis) {
        return Math.clamp(requestMillis * 1024 / 1000, LEAST_SHARES, MOST_SHARES);
    }

    private static LinuxResources cpu(long requestMillis, long limitMillis) {
        LinuxResources resources = LinuxResources.NONE.withCpuShares(shares(requestMillis));
        if (limitMillis == 0) {
            return resources;
        }
        long quota = Math.max(LEAST_QUOTA_MICROS, limitMillis * PERIOD_MICROS / 1000);
        return resources.withCpuPeriod(PERIOD_MICROS).withCpuQuota(quota);
    }

    /// The weight of version 2 for shares of version 1: the least, the usual and the most of one
    /// are those of the other.
    ///
    /// **Source:** `opencontainers/cgroups`.
    public static long weight(long shares) {
        if (shares <= LEAST_SHARES) {
            return 1;
        }
        if (shares >= MOST_SHARES) {
            return MOST_WEIGHT;
        }
        double power = Math.log((double) shares) / Math.log(2);
        return (long) Math.ceil(Math.pow(10, (power * power + 125 * power) / 612 - 7.0 / 34));
    }

    private static long millis(Amounts amounts) {
        return amounts.get(CPU).thousandths();
    }

    private static long bytes(Amounts amounts) {
        return amounts.get(MEMORY).wholeUnits();
    }

    /// How readily the kernel ends the container when the machine runs out of memory. What the pod
    /// asks for and its containers do not is shared among them; a sidecar stays at least as long as
    /// the container that asks for least.
    static int oomScore(KubeObject pod, JsonObject container, long capacityBytes) {
        boolean critical =
                pod.spec().integer("priority", 0) >= CRITICAL_PRIORITY
                        && pod.spec().string("priorityClassName").equals(NODE_CRITICAL);
        String qos = qosClass(pod);
        if (critical || qos.equals("Guaranteed")) {
            return GUARANTEED_OOM_SCORE;
        }
        if (qos.equals("BestEffort")) {
            return BEST_EFFORT_OOM_SCORE;
        }
        long requested = memoryRequest(container);
        if (pod.spec().array("initContainers").items().contains(container)
                && container.string("restartPolicy").equals("Always")) {
            long least = Long.MAX_VALUE;
            for (JsonObject each : pod.spec().array("containers").objects()) {
                least = Math.min(least, memoryRequest(each));
            }
            requested = Math.max(requested, least);
        }
        requested += unclaimed(pod);
        long score = 1000 - 1000 * requested / Math.max(1, capacityBytes);
        return Math.clamp(score, 1000 + GUARANTEED_OOM_SCORE, BEST_EFFORT_OOM_SCORE - 1);
    }

    private static long memoryRequest(JsonObject container) {
        return bytes(Amounts.parse(container.at("resources", "requests")));
    }

    /// A container's share of the memory that its pod asks for and no container does.
    private static long unclaimed(KubeObject pod) {
        long whole = bytes(ofPod(pod, "requests"));
        if (whole == 0) {
            return 0;
        }
        JsonObject spec = pod.spec().without("resources").without("overhead");
        long claimed = bytes(PodAmounts.requests(JsonObject.of("spec", spec)));
        return (whole - claimed) / containers(pod).size();
    }
}
