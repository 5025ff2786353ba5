package kat.kubelet.dra;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.device.PodDeviceClaim;

/// Whether a pod may have the devices that it claims: each claim must be allotted and reserved
/// for the pod, and its drivers must be there.
///
/// **Source:** `pkg/kubelet/cm/dra/manager.go`, `prepareResources`.
final class ClaimChecks {

    private ClaimChecks() {}

    /// The claims that must be made ready before a pod begins.
    ///
    /// @param claims gives a ResourceClaim as the API has it
    /// @param isRegistered whether a driver is there
    /// @throws IOException why the pod must not start, in the kubelet's words
    static List<ClaimRecord> required(
            KubeObject pod, Function<ObjectKey, KubeObject> claims, Predicate<String> isRegistered)
            throws IOException {
        List<ClaimRecord> required = new ArrayList<>();
        for (PodDeviceClaim entry : PodDeviceClaim.ofAll(pod)) {
            switch (entry.state()) {
                case NOT_NEEDED -> {}
                case AWAITED ->
                        throw new IOException(
                                "pod \"" + pod.key() + "\": ResourceClaim not created yet");
                case KNOWN -> required.add(required(pod, entry, claims, isRegistered));
            }
        }
        return required;
    }

    private static ClaimRecord required(
            KubeObject pod,
            PodDeviceClaim entry,
            Function<ObjectKey, KubeObject> claims,
            Predicate<String> isRegistered)
            throws IOException {
        KubeObject claim;
        try {
            claim = claims.apply(ObjectKey.of(pod.namespace(), entry.claim()));
        } catch (StatusException e) {
            throw new IOException(
                    "fetch ResourceClaim " + entry.claim() + ": " + e.status().message(), e);
        }
        if (!entry.mayBe(claim, pod)) {
            throw new IOException(
                    "ResourceClaim "
                            + claim.key()
                            + " was not created for Pod "
                            + pod.key()
                            + " (Pod is not owner)");
        }
        if (!PodDeviceClaim.isReserved(claim, pod)) {
            throw new IOException(
                    "pod %s (%s) is not allowed to use ResourceClaim %s (%s)"
                            .formatted(pod.name(), pod.uid(), claim.name(), claim.uid()));
        }
        if (!claim.status().has("allocation")) {
            throw new IOException("ResourceClaim " + claim.name() + ": not allocated");
        }
        ClaimRecord record = ClaimRecord.of(claim);
        for (String driver : record.devices().keySet()) {
            if (!isRegistered.test(driver)) {
                throw new IOException(DeviceDrivers.missing(driver));
            }
        }
        return record;
    }
}
