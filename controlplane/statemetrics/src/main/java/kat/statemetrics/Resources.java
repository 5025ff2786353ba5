package kat.statemetrics;

import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// Requests, limits and capacities: one sample a resource, with its unit.
final class Resources {

    private Resources() {}

    /// @param amounts quantities by name of the resource
    /// @param ofNode whether pods count as a resource, and all amounts are exact to thousandths
    static void write(Json amounts, String labels, boolean ofNode, Samples out) {
        if (!(amounts instanceof JsonObject all)) {
            return;
        }
        all.forEach(
                (name, value) -> {
                    String unit = unit(name, ofNode);
                    Quantity amount = Quantity.tryParse(Path.textOf(value));
                    if (!unit.isEmpty() && amount != null) {
                        boolean exact = ofNode || name.equals("cpu");
                        out.add(
                                labels
                                        + Samples.label("resource", sanitized(name))
                                        + Samples.label("unit", unit),
                                exact ? Values.plain(amount) : Long.toString(amount.wholeUnits()));
                    }
                });
    }

    /// Empty for a resource that is not told.
    private static String unit(String name, boolean ofNode) {
        return switch (name) {
            case "cpu" -> "core";
            case "memory", "storage", "ephemeral-storage" -> "byte";
            case "pods" -> ofNode ? "integer" : "";
            default -> {
                if (name.startsWith("hugepages-") || name.startsWith("attachable-volumes-")) {
                    yield "byte";
                }
                yield isExtended(name) ? "integer" : "";
            }
        };
    }

    /// **Source:** "Extended resources" of Kubernetes: names of other domains than its own.
    private static boolean isExtended(String name) {
        return name.contains("/")
                && !name.contains("kubernetes.io/")
                && !name.startsWith("requests.");
    }

    /// With an underscore for all that may not stand in a label's name.
    static String sanitized(String name) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean kept =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            out.append(kept ? c : '_');
        }
        return out.toString();
    }
}
