package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.List;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// How much a device has of something, and in which portions it is given.
///
/// @param usual what one gets that asks for nothing; null for all of it
/// @param valid the only portions; empty when there is a range, or nothing is said
/// @param range null when nothing is said
///
/// **Source:** `structured/internal/incubating/consumable_capacity.go`.
record Capacity(
        Quantity value, @Nullable Quantity usual, List<Quantity> valid, @Nullable Range range) {

    Capacity {
        valid = List.copyOf(valid);
    }

    /// Portions from a least one up, in steps.
    ///
    /// @param step null for any
    /// @param most null for any
    record Range(@Nullable Quantity least, @Nullable Quantity most, @Nullable Quantity step) {

        private static @Nullable Quantity amount(JsonObject tree, String name) {
            return tree.has(name) ? Quantity.parse(tree.string(name)) : null;
        }

        static Range parse(JsonObject tree) {
            return new Range(amount(tree, "min"), amount(tree, "max"), amount(tree, "step"));
        }

        private long start() {
            return least == null ? 0 : least.wholeUnits();
        }

        Quantity rounded(Quantity wanted) {
            if (least == null) {
                return wanted;
            }
            if (wanted.compareTo(least) < 0) {
                return least;
            }
            if (step == null) {
                return wanted;
            }
            long size = step.wholeUnits();
            long steps = Math.ceilDiv(wanted.wholeUnits() - start(), size);
            return Quantity.of(start() + size * steps, Quantity.Format.BINARY_SI);
        }

        boolean allows(Quantity portion) {
            boolean isTooMuch = most != null && portion.compareTo(most) > 0;
            boolean isBetween =
                    step != null && (portion.wholeUnits() - start()) % step.wholeUnits() != 0;
            return !isTooMuch && !isBetween;
        }
    }

    static Capacity parse(JsonObject tree) {
        JsonObject policy = tree.object("requestPolicy");
        List<Quantity> valid = new ArrayList<>();
        policy.array("validValues").strings().forEach(text -> valid.add(Quantity.parse(text)));
        return new Capacity(
                Quantity.parse(tree.string("value", "0")),
                Range.amount(policy, "default"),
                valid,
                policy.has("validRange") ? Range.parse(policy.object("validRange")) : null);
    }

    /// What is taken for a request.
    ///
    /// @param wanted null when nothing is asked for
    Quantity portion(@Nullable Quantity wanted) {
        if (wanted == null) {
            return usual == null ? value : usual;
        }
        if (range != null && range.least() != null) {
            return range.rounded(wanted);
        }
        for (Quantity each : valid) {
            if (wanted.compareTo(each) <= 0) {
                return each;
            }
        }
        return wanted;
    }

    /// Whether the device gives such portions.
    boolean allows(Quantity portion) {
        if (usual != null && portion.equals(usual)) {
            return true;
        }
        if (range != null) {
            return range.allows(portion);
        }
        return valid.isEmpty() || valid.contains(portion);
    }
}
