package kat.kubelet;

import java.util.List;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Whether a pod has the devices that it claims: each claim must be allotted, reserved for
/// the pod, and made ready by its driver. No driver registers here, so a pod starts only with
/// claims that hold no device.
///
/// **Source:** `pkg/kubelet/cm/dra/manager.go`, `prepareResources`.
final class PodDevices {

    private PodDevices() {}

    /// @param claims gives a ResourceClaim as the API has it
    /// @return why the pod must not start, in the kubelet's words; null when it may
    static @Nullable String objection(KubeObject pod, Function<ObjectKey, KubeObject> claims) {
        for (PodDeviceClaim entry : PodDeviceClaim.of(pod)) {
            String objection =
                    switch (entry.state()) {
                        case NOT_NEEDED -> null;
                        case AWAITED -> "pod \"" + pod.key() + "\": ResourceClaim not created yet";
                        case KNOWN -> objection(pod, entry, claims);
                    };
            if (objection != null) {
                return "prepare dynamic resources: " + objection;
            }
        }
        return null;
    }

    private static @Nullable String objection(
            KubeObject pod, PodDeviceClaim entry, Function<ObjectKey, KubeObject> claims) {
        KubeObject claim;
        try {
            claim = claims.apply(ObjectKey.of(pod.namespace(), entry.claim()));
        } catch (StatusException e) {
            return "fetch ResourceClaim " + entry.claim() + ": " + e.status().message();
        }
        if (!entry.mayBe(claim, pod)) {
            return "ResourceClaim "
                    + claim.key()
                    + " was not created for Pod "
                    + pod.key()
                    + " (Pod is not owner)";
        }
        if (!PodDeviceClaim.isReserved(claim, pod)) {
            return "pod %s (%s) is not allowed to use ResourceClaim %s (%s)"
                    .formatted(pod.name(), pod.uid(), claim.name(), claim.uid());
        }
        if (!claim.status().has("allocation")) {
            return "ResourceClaim " + claim.name() + ": not allocated";
        }
        List<JsonObject> devices =
                claim.status().at("allocation", "devices").array("results").objects();
        return devices.isEmpty()
                ? null
                : "DRA driver " + devices.getFirst().string("driver") + " is not registered";
    }
}
