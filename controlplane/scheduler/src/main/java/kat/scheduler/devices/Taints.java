package kat.scheduler.devices;

import java.util.List;
import kat.api.json.JsonObject;

/// Whether devices are kept from those who do not tolerate their taints.
///
/// **Source:** `k8s.io/dynamic-resource-allocation/resourceclaim/devicetoleration.go`.
final class Taints {

    private static final List<String> EFFECTS = List.of("NoSchedule", "NoExecute");

    private Taints() {}

    static boolean forbid(Device device, ClaimRequests.Option option) {
        return device.taints().stream()
                .filter(taint -> EFFECTS.contains(taint.string("effect")))
                .anyMatch(
                        taint ->
                                option.tolerations().stream()
                                        .noneMatch(each -> tolerates(each, taint)));
    }

    private static boolean tolerates(JsonObject toleration, JsonObject taint) {
        boolean isMeant =
                isMeant(toleration.string("effect"), taint.string("effect"))
                        && isMeant(toleration.string("key"), taint.string("key"));
        return isMeant
                && switch (toleration.string("operator", "Equal")) {
                    case "Equal" -> toleration.string("value").equals(taint.string("value"));
                    case "Exists" -> true;
                    default -> false;
                };
    }

    private static boolean isMeant(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }
}
