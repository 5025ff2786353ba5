package kat.kubelet;

import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.Quantity.Format;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.api.quota.PodAmounts;
import kat.cri.LinuxResources;
import org.jspecify.annotations.Nullable;

/// What a pod's status tells of the resources of the pod as a whole; pure.
///
/// While the pod does not run, these are what it was promised. Afterwards its control group is
/// told; what the group does not limit stays as it was told before, and so does the memory that
/// the pod asks for, of which no group knows.
///
/// **Source:** `convertToAPIPodLevelResourcesStatus` in `pkg/kubelet/kubelet_pods.go`.
final class PodResourcesReport {

    /// What is rounded up to this much says nothing of what was asked for.
    private static final long LEAST_REQUEST_MILLIS = 2;

    private static final long LEAST_LIMIT_MILLIS = 10;
    private static final long MILLIS_PER_CORE = 1000;
    private static final long SHARES_PER_CORE = 1024;

    private final KubeObject pod;
    private final JsonObject specified;
    private final LinuxResources group;

    private PodResourcesReport(KubeObject pod, Resizes.@Nullable Whole whole) {
        this.pod = pod;
        this.specified = JsonObject.of("spec", pod.spec());
        this.group = whole == null ? LinuxResources.NONE : whole.group();
    }

    /// Adds `resources` and `allocatedResources`.
    static void put(PodDecisions.View view, JsonObject.Builder status) {
        PodResourcesReport report =
                new PodResourcesReport(view.pod(), view.memory().resize().whole());
        status.put("resources", report.resources());
        JsonObject allocated = PodAmounts.requests(report.specified).toJson();
        if (!allocated.isEmpty()) {
            status.put("allocatedResources", allocated);
        }
    }

    private JsonObject resources() {
        JsonObject own = pod.spec().object("resources");
        boolean runs = pod.status().string("phase").equals("Running");
        JsonObject requests = runs ? requests(own) : PodAmounts.requests(specified).toJson();
        JsonObject limits = runs ? limits(own) : PodAmounts.limits(specified).toJson();
        return withUnlessEmpty(withUnlessEmpty(own, "requests", requests), "limits", limits);
    }

    private static JsonObject withUnlessEmpty(JsonObject resources, String part, JsonObject all) {
        return all.isEmpty() ? resources.without(part) : resources.with(part, all);
    }

    private JsonObject requests(JsonObject own) {
        Amounts asked = Amounts.parse(own.object("requests"));
        JsonObject told = own.object("requests");
        JsonObject before = before("requests");
        long shares = group.cpuShares();
        if (shares > 0) {
            long millis = Math.ceilDiv(shares * MILLIS_PER_CORE, SHARES_PER_CORE);
            if (Math.max(millis, asked.get("cpu").thousandths()) > LEAST_REQUEST_MILLIS) {
                told = told.with("cpu", text(Quantity.ofMilli(millis)));
            }
        } else {
            told = kept(told, before, "cpu");
        }
        Quantity memory = PodAmounts.requests(specified).get("memory");
        if (!asked.has("memory") && !memory.isZero()) {
            told = told.with("memory", text(memory));
        }
        return kept(told, before, "memory");
    }

    private JsonObject limits(JsonObject own) {
        Amounts asked = Amounts.parse(own.object("limits"));
        JsonObject told = own.object("limits");
        JsonObject before = before("limits");
        if (group.cpuQuota() > 0) {
            long millis = group.cpuQuota() * MILLIS_PER_CORE / group.cpuPeriod();
            if (Math.max(millis, asked.get("cpu").thousandths()) > LEAST_LIMIT_MILLIS) {
                told = told.with("cpu", text(Quantity.ofMilli(millis)));
            }
        } else {
            told = kept(told, before, "cpu");
        }
        long memory = group.memoryLimitBytes();
        return memory > 0
                ? told.with("memory", text(Quantity.of(memory, Format.BINARY_SI)))
                : kept(told, before, "memory");
    }

    private JsonObject before(String part) {
        return pod.status().object("resources").object(part);
    }

    private static JsonObject kept(JsonObject told, JsonObject before, String name) {
        Json value = before.get(name);
        return value == null ? told : told.with(name, value);
    }

    private static Json text(Quantity amount) {
        return Json.of(amount.toString());
    }
}
