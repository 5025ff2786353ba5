package kat.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import kat.api.json.JsonObject;

/// Lists as short texts.
final class Lists {

    static final int SHOWN = 3;

    private Lists() {}

    /// The first three, and how many more there are.
    static String shortened(List<String> all, String whenEmpty) {
        if (all.isEmpty()) {
            return whenEmpty;
        }
        String shown = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() > SHOWN ? shown + " + " + (all.size() - SHOWN) + " more..." : shown;
    }

    /// Addresses or host names of a load balancer, sorted.
    static String balancer(JsonObject status) {
        TreeSet<String> found = new TreeSet<>();
        for (JsonObject ingress : status.object("loadBalancer").array("ingress").objects()) {
            String address = ingress.string("ip", ingress.string("hostname"));
            if (!address.isEmpty()) {
                found.add(address);
            }
        }
        return String.join(",", found);
    }

    /// The strings of one field in each of the objects, empty ones left out.
    static List<String> each(List<JsonObject> objects, String field) {
        List<String> found = new ArrayList<>();
        for (JsonObject object : objects) {
            if (!object.string(field).isEmpty()) {
                found.add(object.string(field));
            }
        }
        return found;
    }
}
