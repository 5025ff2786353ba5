package kat.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import kat.api.json.JsonObject;
import kat.api.table.Rows.Printer;

/// Kinds of the core group but pods and volumes.
final class CoreRows {

    private static final String ROLE = "node-role.kubernetes.io/";

    private CoreRows() {}

    static void addTo(Map<String, Printer> printers) {
        printers.put("v1 ConfigMap", CoreRows::configMap);
        printers.put("v1 Secret", CoreRows::secret);
        printers.put("v1 ServiceAccount", CoreRows::serviceAccount);
        printers.put("v1 Namespace", CoreRows::namespace);
        printers.put("v1 Node", CoreRows::node);
        printers.put("v1 Event", CoreRows::event);
        printers.put("events.k8s.io/v1 Event", CoreRows::newEvent);
        printers.put("v1 ResourceQuota", CoreRows::resourceQuota);
        printers.put("v1 ComponentStatus", CoreRows::componentStatus);
    }

    private static void configMap(JsonObject map, Cells cells) {
        cells.name().number(map.object("data").size() + map.object("binaryData").size()).age();
    }

    private static void secret(JsonObject secret, Cells cells) {
        cells.name().text(secret.string("type")).number(secret.object("data").size()).age();
    }

    private static void serviceAccount(JsonObject account, Cells cells) {
        cells.name().age();
    }

    private static void namespace(JsonObject namespace, Cells cells) {
        cells.name().text(namespace.object("status").string("phase")).age();
    }

    private static void node(JsonObject node, Cells cells) {
        JsonObject info = node.at("status", "nodeInfo");
        cells.name().text(nodeStatus(node)).text(roles(node), Cells.NONE).age();
        cells.text(info.string("kubeletVersion"))
                .text(address(node, "InternalIP"), Cells.NONE)
                .text(address(node, "ExternalIP"), Cells.NONE)
                .text(info.string("osImage"), "<unknown>")
                .text(kernel(info))
                .text(info.string("containerRuntimeVersion"), "<unknown>");
    }

    private static String kernel(JsonObject info) {
        String told = info.string("kernelVersion");
        String version = told.isEmpty() ? "<unknown>" : told;
        String architecture = info.string("architecture");
        return architecture.isEmpty() ? version : version + " (" + architecture + ")";
    }

    private static String nodeStatus(JsonObject node) {
        String status = "Unknown";
        for (JsonObject condition : node.object("status").array("conditions").objects()) {
            if (condition.string("type").equals("Ready")) {
                status = condition.string("status").equals("True") ? "Ready" : "NotReady";
            }
        }
        boolean closed = node.object("spec").bool("unschedulable");
        return closed ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(JsonObject node) {
        TreeSet<String> roles = new TreeSet<>();
        node.at("metadata", "labels")
                .strings()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(ROLE) && name.length() > ROLE.length()) {
                                roles.add(name.substring(ROLE.length()));
                            } else if (name.equals("kubernetes.io/role") && !value.isEmpty()) {
                                roles.add(value);
                            }
                        });
        return String.join(",", roles);
    }

    private static String address(JsonObject node, String type) {
        for (JsonObject address : node.object("status").array("addresses").objects()) {
            if (address.string("type").equals(type)) {
                return address.string("address");
            }
        }
        return "";
    }

    private static void event(JsonObject event, Cells cells) {
        event(
                event.with("regarding", event.object("involvedObject"))
                        .with("note", event.string("message")),
                event.object("source"),
                new String[] {
                    event.string("firstTimestamp"),
                    event.string("lastTimestamp"),
                    event.string("reportingComponent")
                },
                event.integer("count", 0),
                cells);
    }

    private static void newEvent(JsonObject event, Cells cells) {
        event(
                event,
                event.object("deprecatedSource"),
                new String[] {
                    event.string("deprecatedFirstTimestamp"),
                    event.string("deprecatedLastTimestamp"),
                    event.string("reportingController")
                },
                event.integer("deprecatedCount", 0),
                cells);
    }

    /// @param old first and last time and reporter
    private static void event(
            JsonObject event, JsonObject source, String[] old, long oldCount, Cells cells) {
        JsonObject about = event.object("regarding");
        JsonObject series = event.object("series");
        String first = cells.since(old[0].isEmpty() ? event.string("eventTime") : old[0]);
        String last = old[1].isEmpty() ? first : cells.since(old[1]);
        long count = oldCount;
        if (event.has("series")) {
            last = cells.since(series.string("lastObservedTime"));
            count = series.integer("count", 0);
        } else if (count == 0) {
            count = 1;
        }
        String kind = about.string("kind").toLowerCase(Locale.ROOT);
        String name = about.string("name");
        String component = source.string("component", old[2]);
        String host = source.string("host", event.string("reportingInstance"));
        cells.text(last)
                .text(event.string("type"))
                .text(event.string("reason"))
                .text(name.isEmpty() ? kind : kind + "/" + name)
                .text(about.string("fieldPath"))
                .text(host.isEmpty() ? component : component + ", " + host)
                .text(event.string("note").strip())
                .text(first)
                .number(count)
                .name();
    }

    private static void resourceQuota(JsonObject quota, Cells cells) {
        List<String> requests = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        JsonObject used = quota.at("status", "used");
        quota.at("status", "hard")
                .strings()
                .forEach(
                        (name, hard) -> {
                            String text = name + ": " + used.string(name, "0") + "/" + hard;
                            (name.contains("limits") ? limits : requests).add(text);
                        });
        cells.name().text(String.join(", ", requests)).text(String.join(", ", limits)).age();
    }

    private static void componentStatus(JsonObject component, Cells cells) {
        String status = "Unknown";
        String message = "";
        String error = "";
        for (JsonObject condition : component.array("conditions").objects()) {
            if (condition.string("type").equals("Healthy")) {
                status = condition.string("status").equals("True") ? "Healthy" : "Unhealthy";
                message = condition.string("message");
                error = condition.string("error");
            }
        }
        cells.name().text(status).text(message).text(error);
    }
}
