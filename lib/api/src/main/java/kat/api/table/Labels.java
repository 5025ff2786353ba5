package kat.api.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kat.api.json.JsonObject;

/// Labels and selectors as texts.
public final class Labels {

    private Labels() {}

    /// `a=1,b=2`, or `<none>`.
    static String of(JsonObject labels) {
        List<String> parts = new ArrayList<>();
        labels.strings().forEach((name, value) -> parts.add(name + "=" + value));
        return parts.isEmpty() ? Cells.NONE : String.join(",", parts);
    }

    /// A LabelSelector, its requirements sorted by key; `<none>` when it has none.
    static String ofSelector(JsonObject selector) {
        record Part(String key, String text) {}
        List<Part> parts = new ArrayList<>();
        selector.object("matchLabels")
                .strings()
                .forEach((name, value) -> parts.add(new Part(name, name + "=" + value)));
        for (JsonObject each : selector.array("matchExpressions").objects()) {
            parts.add(new Part(each.string("key"), expression(each)));
        }
        parts.sort(Comparator.comparing(Part::key));
        return parts.isEmpty()
                ? Cells.NONE
                : String.join(",", parts.stream().map(Part::text).toList());
    }

    /// A LabelSelector as Go prints the message of that name.
    public static String asGo(JsonObject selector) {
        StringBuilder text = new StringBuilder("&LabelSelector{MatchLabels:map[string]string{");
        selector.object("matchLabels")
                .strings()
                .forEach((name, value) -> text.append(name + ": " + value + ","));
        text.append("},MatchExpressions:[]LabelSelectorRequirement{");
        for (JsonObject each : selector.array("matchExpressions").objects()) {
            text.append("LabelSelectorRequirement{Key:" + each.string("key"))
                    .append(",Operator:" + each.string("operator"))
                    .append(",Values:[" + String.join(" ", each.array("values").strings()))
                    .append("],},");
        }
        return text.append("},}").toString();
    }

    private static String expression(JsonObject each) {
        String key = each.string("key");
        String values = String.join(",", each.array("values").strings().stream().sorted().toList());
        return switch (each.string("operator")) {
            case "In" -> key + " in (" + values + ")";
            case "NotIn" -> key + " notin (" + values + ")";
            case "DoesNotExist" -> "!" + key;
            default -> key;
        };
    }
}
