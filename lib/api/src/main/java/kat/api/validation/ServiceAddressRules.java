package kat.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The rules for a Service's cluster addresses and their families, alone and across an update.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`.
final class ServiceAddressRules {

    private static final String KEPT = "may not change once set";

    private ServiceAddressRules() {}

    static boolean isHeadless(JsonObject spec) {
        return spec.string("clusterIP").equals("None");
    }

    /// What is wrong whatever families the cluster has; those it lacks are refused where addresses
    /// are given.
    static void check(Node spec, String type) {
        if (type.equals("ExternalName")) {
            return;
        }
        Node addresses = spec.child("clusterIPs");
        Node first = spec.child("clusterIP");
        List<Node> all = addresses.items();
        if (first.isEmpty() && !all.isEmpty()) {
            addresses.invalid("must be empty when `clusterIP` is not specified");
        } else if (!all.isEmpty() && !all.getFirst().text().equals(first.text())) {
            addresses.invalid("first value must match `clusterIP`");
        } else if (all.isEmpty() && !first.isEmpty()) {
            all = List.of(addresses.index(0).with(first.json()));
        }
        families(spec);
        boolean valid = true;
        for (int i = 0; i < all.size(); i++) {
            Node address = all.get(i);
            if (i == 0 && address.text().equals("None")) {
                if (all.size() > 1) {
                    valid = false;
                    addresses.invalid("'None' must be the first and only value");
                }
            } else if (!Addresses.faults(address.text()).isEmpty()) {
                valid = false;
                Addresses.faults(address.text())
                        .forEach(fault -> address.invalidText(address.text(), fault));
            }
        }
        if (all.size() > 2) {
            addresses.invalid("may only hold up to 2 values");
        }
        if (valid) {
            ofFamilies(spec, addresses, all);
        }
    }

    private static void families(Node spec) {
        Set<String> seen = new HashSet<>();
        for (Node family : spec.child("ipFamilies").items()) {
            family.oneOf("IPv4", "IPv6");
            if (!seen.add(family.text())) {
                family.duplicate();
            }
        }
        spec.child("ipFamilyPolicy").oneOf("PreferDualStack", "RequireDualStack", "SingleStack");
    }

    private static void ofFamilies(Node spec, Node addresses, List<Node> all) {
        if (all.size() > 1) {
            long ofSix = all.stream().filter(one -> Addresses.isIpv6(one.text())).count();
            if (ofSix == 0 || ofSix == all.size()) {
                addresses.invalid("may specify no more than one IP for each IP family");
            }
        }
        List<String> families = spec.child("ipFamilies").list().strings();
        if (isHeadless(spec.object())) {
            return;
        }
        for (int i = 0; i < Math.min(all.size(), families.size()); i++) {
            boolean six = Addresses.isIpv6(all.get(i).text());
            String family = families.get(i);
            boolean wrong = (family.equals("IPv4") && six) || (family.equals("IPv6") && !six);
            if (wrong) {
                all.get(i)
                        .invalid(
                                "expected an "
                                        + family
                                        + " value as indicated by `ipFamilies["
                                        + i
                                        + "]`");
            }
        }
    }

    static void update(Node spec, JsonObject old) {
        boolean named =
                old.string("type").equals("ExternalName")
                        || spec.child("type").text().equals("ExternalName");
        if (named) {
            return;
        }
        boolean headless = isHeadless(spec.object());
        if (!(headless && isHeadless(old))) {
            addresses(spec, old);
        }
        if (!headless && !isHeadless(old)) {
            families(spec, old);
        }
    }

    /// The addresses; the first of them may be told in its single form alone.
    private static JsonArray of(JsonObject spec) {
        JsonArray all = spec.array("clusterIPs");
        String first = spec.string("clusterIP");
        if (first.isEmpty()) {
            return all;
        }
        List<Json> items = new ArrayList<>(all.items());
        if (items.isEmpty()) {
            items.add(Json.of(first));
        } else {
            items.set(0, Json.of(first));
        }
        return new JsonArray(items);
    }

    private static void addresses(Node spec, JsonObject old) {
        Node addresses = spec.child("clusterIPs").with(of(spec.object()));
        List<String> now = addresses.list().strings();
        List<String> was = of(old).strings();
        if (was.size() == now.size()) {
            for (int i = 0; i < was.size(); i++) {
                if (!was.get(i).equals(now.get(i))) {
                    addresses.index(i).invalid(addresses.list(), KEPT);
                }
            }
            return;
        }
        if (now.isEmpty()) {
            addresses.index(0).invalid(addresses.list(), "primary clusterIP can not be unset");
            return;
        }
        if (!was.isEmpty() && !now.getFirst().equals(was.getFirst())) {
            addresses.index(0).invalid(addresses.list(), KEPT);
        }
        if (was.size() > now.size()) {
            released(spec, "secondary clusterIP");
        }
    }

    private static void released(Node spec, String what) {
        Node policy = spec.child("ipFamilyPolicy");
        if (!policy.text().equals("SingleStack")) {
            policy.invalid("must be set to 'SingleStack' when releasing the " + what);
        }
    }

    private static void families(Node spec, JsonObject old) {
        Node families = spec.child("ipFamilies");
        List<String> now = families.list().strings();
        List<String> was = old.array("ipFamilies").strings();
        if (was.size() == now.size()) {
            for (int i = 0; i < was.size(); i++) {
                if (!was.get(i).equals(now.get(i))) {
                    families.index(0).invalid(families.list(), KEPT);
                }
            }
            return;
        }
        if (now.isEmpty()) {
            return;
        }
        if (!was.isEmpty() && !now.getFirst().equals(was.getFirst())) {
            families.index(0).invalid(of(spec.object()), KEPT);
        }
        if (was.size() > now.size()) {
            released(spec, "secondary ipFamily");
        }
    }
}
