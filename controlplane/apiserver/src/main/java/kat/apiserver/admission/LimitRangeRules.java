package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;

/// One LimitRange's defaults and bounds for containers.
final class LimitRangeRules {

    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private LimitRangeRules() {}

    static JsonObject filled(JsonObject pod, KubeObject range) {
        JsonObject result = pod;
        for (JsonObject limit : range.spec().array("limits").objects()) {
            if (limit.string("type").equals("Container")) {
                result = filled(result, limit);
            }
        }
        return result;
    }

    private static JsonObject filled(JsonObject pod, JsonObject limit) {
        JsonObject limits = limit.object("default");
        JsonObject requests = limit.object("defaultRequest");
        JsonObject wanted = requests;
        for (String name : limits.names()) {
            Json value = limits.get(name);
            if (!wanted.has(name) && value != null) {
                wanted = wanted.with(name, value);
            }
        }
        List<String> told = new ArrayList<>();
        List<Json> containers = new ArrayList<>();
        for (JsonObject container : pod.object("spec").array("containers").objects()) {
            JsonObject resources = container.object("resources");
            JsonObject filled = merged(resources, "requests", wanted, container, told);
            filled = merged(filled, "limits", limits, container, told);
            containers.add(filled == resources ? container : container.with("resources", filled));
        }
        if (told.isEmpty()) {
            return pod;
        }
        return pod.withAt(new JsonArray(containers), "spec", "containers")
                .withAt(
                        Json.of("LimitRanger plugin set: " + String.join("; ", told)),
                        "metadata",
                        "annotations",
                        ANNOTATION);
    }

    private static JsonObject merged(
            JsonObject resources,
            String member,
            JsonObject wanted,
            JsonObject container,
            List<String> told) {
        JsonObject given = resources.object(member);
        JsonObject all = given;
        TreeSet<String> set = new TreeSet<>();
        for (String name : wanted.names()) {
            Json value = wanted.get(name);
            if (!given.has(name) && value != null) {
                all = all.with(name, value);
                set.add(name);
            }
        }
        if (set.isEmpty()) {
            return resources;
        }
        String one = member.substring(0, member.length() - 1);
        told.add(String.join(", ", set) + " " + one + " for container " + container.string("name"));
        return resources.with(member, all);
    }

    static void require(Attributes attributes, JsonObject pod, KubeObject range) {
        List<String> faults = new ArrayList<>();
        for (JsonObject limit : range.spec().array("limits").objects()) {
            if (limit.string("type").equals("Container")) {
                for (JsonObject container : pod.object("spec").array("containers").objects()) {
                    bounds(limit, container.object("resources"), faults);
                }
            }
        }
        if (!faults.isEmpty()) {
            String why = faults.size() == 1 ? faults.getFirst() : faults.toString();
            throw Status.forbidden(Kinds.POD, attributes.target().name(), why).asException();
        }
    }

    private static void bounds(JsonObject limit, JsonObject resources, List<String> faults) {
        JsonObject requests = resources.object("requests");
        JsonObject limits = resources.object("limits");
        for (String name : limit.object("min").names()) {
            String least = limit.object("min").string(name);
            String asked = requests.string(name);
            if (!asked.isEmpty() && compare(asked, least) < 0) {
                faults.add(
                        "minimum %s usage per Container is %s, but request is %s"
                                .formatted(name, least, asked));
            }
        }
        for (String name : limit.object("max").names()) {
            String most = limit.object("max").string(name);
            String asked = limits.string(name);
            if (asked.isEmpty()) {
                faults.add(
                        "maximum %s usage per Container is %s.  No limit is specified"
                                .formatted(name, most));
            } else if (compare(asked, most) > 0) {
                faults.add(
                        "maximum %s usage per Container is %s, but limit is %s"
                                .formatted(name, most, asked));
            }
        }
    }

    private static int compare(String left, String right) {
        return Quantity.parse(left).compareTo(Quantity.parse(right));
    }
}
