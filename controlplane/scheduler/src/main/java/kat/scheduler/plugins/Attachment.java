package kat.scheduler.plugins;

import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// How far the devices of a claim are that must be attached to their node first.
///
/// **Source:** kube-scheduler `dynamicresources.go`, `isClaimReadyForBinding`.
enum Attachment {
    /// Also for devices that need nothing.
    DONE,
    PENDING,
    FAILED;

    /// Whether any of the devices of an allocation must be attached.
    static boolean isNeeded(JsonObject allocation) {
        return allocation.object("devices").array("results").objects().stream()
                .anyMatch(result -> !result.array("bindingConditions").isEmpty());
    }

    static Attachment of(KubeObject claim) {
        JsonObject allocation = claim.status().object("allocation");
        for (JsonObject result : allocation.object("devices").array("results").objects()) {
            Attachment own = of(result, claim);
            if (own != DONE) {
                return own;
            }
        }
        return DONE;
    }

    private static Attachment of(JsonObject result, KubeObject claim) {
        JsonObject device = device(claim, result);
        for (String failure : result.array("bindingFailureConditions").strings()) {
            if (isTrue(device, failure)) {
                return FAILED;
            }
        }
        return result.array("bindingConditions").strings().stream()
                        .allMatch(wanted -> isTrue(device, wanted))
                ? DONE
                : PENDING;
    }

    /// What the driver says of a device; empty when it says nothing.
    private static JsonObject device(KubeObject claim, JsonObject result) {
        return claim.status().array("devices").objects().stream()
                .filter(each -> each.string("driver").equals(result.string("driver")))
                .filter(each -> each.string("pool").equals(result.string("pool")))
                .filter(each -> each.string("device").equals(result.string("device")))
                .findFirst()
                .orElse(JsonObject.EMPTY);
    }

    private static boolean isTrue(JsonObject device, String type) {
        return device.array("conditions").objects().stream()
                .anyMatch(
                        each ->
                                each.string("type").equals(type)
                                        && each.string("status").equals("True"));
    }
}
