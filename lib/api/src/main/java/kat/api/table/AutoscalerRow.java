package kat.api.table;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.JsonObject;

/// HorizontalPodAutoscalers: current over wanted, metric by metric.
///
/// **Source:** `formatHPAMetrics` in `pkg/printers/internalversion`.
final class AutoscalerRow {

    private static final int SHOWN = 2;
    private static final String UNKNOWN = "<unknown>";

    private AutoscalerRow() {}

    static void printV1(JsonObject scaler, Cells cells) {
        JsonObject spec = scaler.object("spec");
        JsonObject status = scaler.object("status");
        String targets = Cells.NONE;
        if (spec.has("targetCPUUtilizationPercentage")) {
            boolean known = status.has("currentCPUUtilizationPercentage");
            String current =
                    known ? status.integer("currentCPUUtilizationPercentage", 0) + "%" : UNKNOWN;
            targets =
                    "cpu: "
                            + current
                            + "/"
                            + spec.integer("targetCPUUtilizationPercentage", 0)
                            + "%";
        }
        print(scaler, targets, cells);
    }

    static void printV2(JsonObject scaler, Cells cells) {
        List<JsonObject> metrics = scaler.object("spec").array("metrics").objects();
        List<JsonObject> current = scaler.object("status").array("currentMetrics").objects();
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < metrics.size(); i++) {
            JsonObject now = i < current.size() ? current.get(i) : JsonObject.EMPTY;
            shown.add(metric(metrics.get(i), now));
        }
        String text = String.join(", ", shown.subList(0, Math.min(SHOWN, shown.size())));
        int more = shown.size() - SHOWN;
        String targets = more > 0 ? text + " + " + more + " more..." : text;
        print(scaler, targets.isEmpty() ? Cells.NONE : targets, cells);
    }

    private static void print(JsonObject scaler, String targets, Cells cells) {
        JsonObject spec = scaler.object("spec");
        JsonObject target = spec.object("scaleTargetRef");
        boolean bounded = spec.has("minReplicas");
        cells.name()
                .text(target.string("kind") + "/" + target.string("name"))
                .text(targets)
                .text(bounded ? "" + spec.integer("minReplicas", 0) : Cells.UNSET)
                .number(spec.integer("maxReplicas", 0))
                .number(scaler.object("status").integer("currentReplicas", 0))
                .age();
    }

    private static String metric(JsonObject spec, JsonObject now) {
        return switch (spec.string("type")) {
            case "Resource" -> resource(spec.object("resource"), now.object("resource"));
            case "ContainerResource" ->
                    resource(spec.object("containerResource"), now.object("containerResource"));
            case "Pods" -> average(spec.object("pods"), now.object("pods"), "");
            case "External" -> valued(spec.object("external"), now.object("external"));
            case "Object" -> valued(spec.object("object"), now.object("object"));
            default -> "<unknown type>";
        };
    }

    private static String resource(JsonObject source, JsonObject now) {
        JsonObject target = source.object("target");
        String name = source.string("name") + ": ";
        if (target.has("averageValue")) {
            return name + average(source, now, "");
        }
        JsonObject current = now.object("current");
        boolean known = current.has("averageUtilization");
        String used = known ? current.integer("averageUtilization", 0) + "%" : UNKNOWN;
        boolean wanted = target.has("averageUtilization");
        return name
                + used
                + "/"
                + (wanted ? target.integer("averageUtilization", 0) + "%" : "<auto>");
    }

    private static String average(JsonObject source, JsonObject now, String suffix) {
        return now.object("current").string("averageValue", UNKNOWN)
                + "/"
                + source.object("target").string("averageValue")
                + suffix;
    }

    private static String valued(JsonObject source, JsonObject now) {
        if (source.object("target").has("averageValue")) {
            return average(source, now, " (avg)");
        }
        return now.object("current").string("value", UNKNOWN)
                + "/"
                + source.object("target").string("value");
    }
}
