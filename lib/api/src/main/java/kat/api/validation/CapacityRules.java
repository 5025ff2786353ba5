package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.Quantity;
import kat.api.json.Json;

/// The rules for what a device has, and for how much of it one claim may take.
///
/// **Source:** Kubernetes' `pkg/apis/resource/validation`.
final class CapacityRules {

    private static final int MAX_VALUES = 10;

    private CapacityRules() {}

    /// @param shared whether several claims may share the device
    static void check(Node capacity, boolean shared) {
        Node policy = capacity.child("requestPolicy");
        if (!policy.isSet()) {
            return;
        }
        if (!shared) {
            policy.forbidden("allowMultipleAllocations must be true");
            return;
        }
        Node values = policy.child("validValues");
        Node range = policy.child("validRange");
        if (!values.isEmpty() && range.isSet()) {
            policy.forbidden(
                    "exactly one policy can be specified, cannot specify \"validValues\" and"
                            + " \"validRange\" at the same time");
            return;
        }
        Quantity most = amount(capacity.child("value"));
        Node standard = policy.child("default");
        if (!values.isEmpty()) {
            if (standard.isSet()) {
                values(values, amount(standard), most);
            } else {
                standard.required("required when validValues is defined");
            }
        } else if (range.isSet()) {
            if (standard.isSet()) {
                range(range, amount(standard), most);
            } else {
                standard.required("required when validRange is defined");
            }
        }
    }

    private static Quantity amount(Node node) {
        Quantity parsed = Common.parsed(node.text());
        return parsed == null ? Quantity.ZERO : parsed;
    }

    private static void values(Node values, Quantity standard, Quantity most) {
        List<Node> items = values.items();
        for (int i = 1; i < items.size(); i++) {
            if (amount(items.get(i - 1)).compareTo(amount(items.get(i))) > 0) {
                invalid(
                        items.get(i),
                        amount(items.get(i)),
                        "values must be sorted in ascending order");
            }
        }
        if (items.size() > MAX_VALUES) {
            values.tooMany(items.size(), MAX_VALUES);
        } else {
            options(items, most);
        }
        boolean found =
                items.size() <= MAX_VALUES
                        && items.stream().anyMatch(each -> amount(each).compareTo(standard) == 0);
        if (!found) {
            invalid(values, standard, "default value is not valid according to the requestPolicy");
        }
    }

    private static void options(List<Node> items, Quantity most) {
        for (Node each : items) {
            if (amount(each).compareTo(most) > 0) {
                invalid(each, amount(each), "option is larger than capacity value: " + most);
            }
        }
        Set<Long> seen = new HashSet<>();
        for (Node each : items) {
            long whole = amount(each).wholeUnits();
            if (!seen.add(whole)) {
                each.duplicate(Json.of(Long.toString(whole)));
            }
        }
    }

    private static void range(Node range, Quantity standard, Quantity most) {
        Node least = range.child("min");
        if (!least.isSet()) {
            least.required("required when validRange is defined");
            return;
        }
        Quantity from = amount(least);
        if (from.compareTo(most) > 0) {
            invalid(least, from, "min is larger than capacity value: " + most);
        }
        if (standard.compareTo(from) < 0) {
            invalid(least, standard, "default is less than min: " + from);
        }
        Node end = range.child("max");
        if (end.isSet()) {
            upTo(end, from, standard, most);
        }
        Node step = range.child("step");
        if (step.isSet()) {
            Quantity one = amount(step);
            Quantity added = from.plus(one);
            if (added.compareTo(most) > 0) {
                invalid(step, one, "one step " + added + " is larger than capacity value: " + most);
            }
            multiple(step, standard, from);
            if (end.isSet()) {
                multiple(step, amount(end), from);
            }
        }
    }

    private static void upTo(Node end, Quantity from, Quantity standard, Quantity most) {
        Quantity to = amount(end);
        if (from.compareTo(to) > 0) {
            invalid(end, from, "min is larger than max: " + to);
        }
        if (to.compareTo(most) > 0) {
            invalid(end, to, "max is larger than capacity value: " + most);
        }
        if (standard.compareTo(to) > 0) {
            invalid(end, standard, "default is more than max: " + to);
        }
    }

    /// A step of nothing reaches nothing: Kubernetes' own server fails at it.
    private static void multiple(Node step, Quantity value, Quantity from) {
        long size = amount(step).wholeUnits();
        if (size == 0 || (value.wholeUnits() - from.wholeUnits()) % size != 0) {
            invalid(
                    step,
                    value,
                    "value is not a multiple of a given step ("
                            + amount(step)
                            + ") from ("
                            + from
                            + ")");
        }
    }

    private static void invalid(Node node, Quantity shown, String why) {
        node.invalidText(shown.toString(), why);
    }
}
