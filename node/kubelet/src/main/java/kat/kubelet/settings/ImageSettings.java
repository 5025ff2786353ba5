package kat.kubelet.settings;

import java.time.Duration;
import java.util.List;
import kat.api.json.JsonObject;
import kat.kubelet.images.ImageCollector.Policy;

/// When images that nobody uses are removed: fields `imageGCHighThresholdPercent` and
/// `imageGCLowThresholdPercent` in percent of the disk, default 85 and 80, and `imageMinimumGCAge`,
/// default 2 min. Who sets a share means it, so that it holds for large disks too.
///
/// **Source:** `ValidateKubeletConfiguration` in `pkg/kubelet/apis/config/validation`.
final class ImageSettings {

    private static final String HIGH = "imageGCHighThresholdPercent";
    private static final String LOW = "imageGCLowThresholdPercent";
    private static final String AGE = "imageMinimumGCAge";
    private static final int ALL = 100;

    static final List<String> FIELDS = List.of(HIGH, LOW, AGE);

    private ImageSettings() {}

    static Policy of(Fields fields) {
        Policy usual = Policy.USUAL;
        int high = fields.number(HIGH, usual.highPercent());
        int low = fields.number(LOW, usual.lowPercent());
        requireShare(HIGH, "--image-gc-high-threshold", high);
        requireShare(LOW, "--image-gc-low-threshold", low);
        if (low >= high) {
            throw new IllegalArgumentException(
                    "invalid configuration: %s (--image-gc-low-threshold) %d must be less than %s (--image-gc-high-threshold) %d"
                            .formatted(LOW, low, HIGH, high));
        }
        boolean isSet = fields.tree().has(HIGH) || fields.tree().has(LOW);
        Duration age = fields.duration(AGE, usual.leastAge());
        return new Policy(
                high,
                low,
                isSet ? Long.MAX_VALUE : usual.plentyBytes(),
                age.isZero() ? usual.leastAge() : age);
    }

    private static void requireShare(String name, String flag, int percent) {
        if (percent < 0 || percent > ALL) {
            throw new IllegalArgumentException(
                    "invalid configuration: %s (%s) %d must be between 0 and 100, inclusive"
                            .formatted(name, flag, percent));
        }
    }

    static void add(Policy policy, JsonObject.Builder json) {
        json.put(HIGH, policy.highPercent())
                .put(LOW, policy.lowPercent())
                .put(AGE, Fields.text(policy.leastAge()));
    }
}
