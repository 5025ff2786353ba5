package kat.apiserver.services;

import java.util.ArrayList;
import java.util.List;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.validation.Addresses;
import kat.api.validation.Validation;

/// Settles which families of addresses a Service has, from what is asked for, what it had, and
/// what the cluster has.
///
/// | policy | families asked for | cluster of one family | of two |
/// |---|---|---|---|
/// | SingleStack, or none | none | the cluster's | the cluster's first |
/// | PreferDualStack | none or one | the cluster's | that one first, then the other |
/// | RequireDualStack | none or one | refused | that one first, then the other |
/// | SingleStack | two | refused | refused |
///
/// A Service without addresses and without selector may have both families everywhere: its
/// endpoints are not the cluster's.
///
/// **Threads:** immutable.
///
/// **Source:** `initIPFamilyFields` in `pkg/registry/core/service/storage/alloc.go`; KEP-563.
final class ServiceFamilies {

    private static final String POLICY = "ipFamilyPolicy";
    private static final String FAMILIES = "ipFamilies";
    private static final String ADDRESSES = "clusterIPs";
    private static final String SINGLE = "SingleStack";
    private static final String PREFER = "PreferDualStack";
    private static final String REQUIRE = "RequireDualStack";

    private final List<String> configured;

    /// @param configured what the cluster has, its first family first
    ServiceFamilies(List<String> configured) {
        this.configured = List.copyOf(configured);
    }

    /// @param faults why the Service cannot be as it was asked for; empty when it can
    record Outcome(JsonObject service, List<Status.Cause> faults) {
        Outcome {
            faults = List.copyOf(faults);
        }
    }

    /// @param live the Service as it was; empty for a new one
    /// @param next what is asked for, with what it keeps ([ServiceShape#aligned])
    Outcome settle(JsonObject live, JsonObject next) {
        JsonObject old = live.object("spec");
        if (!ServiceShape.hasAddress(next) || isUnchanged(old, next.object("spec"))) {
            return new Outcome(next, List.of());
        }
        JsonObject asked = withPolicy(old, next.object("spec"));
        List<Status.Cause> faults = new ArrayList<>();
        faults.addAll(Validation.serviceAddresses(next.with("spec", asked)));
        JsonObject spec = asked;
        if (faults.isEmpty()) {
            spec = live.isEmpty() ? asked : shrunk(old, asked, faults);
            requireOne(spec, faults);
            spec = withInferred(spec, faults);
        }
        if (!faults.isEmpty()) {
            return new Outcome(next, faults);
        }
        if (isFree(spec)) {
            return new Outcome(next.with("spec", completed(spec, true)), List.of());
        }
        requireConfigured(spec, faults);
        boolean dual = configured.size() == 2;
        return new Outcome(next.with("spec", completed(spec, dual)), faults);
    }

    /// Whether nothing is to be given or taken back: a Service that prefers two families keeps what
    /// it has when the cluster's families change.
    static boolean isUnchanged(JsonObject old, JsonObject spec) {
        return spec.string(POLICY).equals(PREFER)
                && old.string(POLICY, PREFER).equals(PREFER)
                && old.string("type").equals(spec.string("type"))
                && isSame(old, spec, ADDRESSES)
                && isSame(old, spec, FAMILIES);
    }

    private static boolean isSame(JsonObject old, JsonObject spec, String field) {
        return old.array(field).equals(spec.array(field));
    }

    private static JsonObject withPolicy(JsonObject old, JsonObject spec) {
        if (spec.has(POLICY)) {
            return spec;
        }
        return spec.with(POLICY, old.string(POLICY, isFree(spec) ? REQUIRE : SINGLE));
    }

    /// Without addresses and without selector it is not the cluster that says what it has.
    private static boolean isFree(JsonObject spec) {
        return spec.string("clusterIP").equals("None") && spec.object("selector").isEmpty();
    }

    /// To ask for one family where there were two takes the second back; all else must say so.
    private static JsonObject shrunk(JsonObject old, JsonObject asked, List<Status.Cause> faults) {
        JsonObject spec = asked;
        if (spec.string(POLICY).equals(SINGLE)) {
            for (String field : List.of(ADDRESSES, FAMILIES)) {
                if (isSame(old, spec, field) && spec.array(field).size() > 1) {
                    spec = spec.with(field, JsonArray.of(spec.array(field).get(0)));
                }
            }
            return spec;
        }
        if (isReduced(old, spec, ADDRESSES)) {
            faults.add(policy(spec, "must be 'SingleStack' to release the secondary cluster IP"));
        }
        if (isReduced(old, spec, FAMILIES)) {
            faults.add(policy(spec, "must be 'SingleStack' to release the secondary IP family"));
        }
        return spec;
    }

    private static boolean isReduced(JsonObject old, JsonObject spec, String field) {
        int now = spec.array(field).size();
        return now > 0 && now < old.array(field).size();
    }

    private static void requireOne(JsonObject spec, List<Status.Cause> faults) {
        if (!spec.string(POLICY).equals(SINGLE)) {
            return;
        }
        String wanted = "must be 'RequireDualStack' or 'PreferDualStack' when multiple ";
        if (spec.array(ADDRESSES).size() == 2) {
            faults.add(policy(spec, wanted + "cluster IPs are specified"));
        }
        if (spec.array(FAMILIES).size() == 2) {
            faults.add(policy(spec, wanted + "IP families are specified"));
        }
    }

    /// With the families of the addresses that were asked for.
    private JsonObject withInferred(JsonObject spec, List<Status.Cause> faults) {
        JsonArray families = spec.array(FAMILIES);
        List<String> addresses = spec.array(ADDRESSES).strings();
        for (int i = families.size(); i < addresses.size(); i++) {
            if (addresses.get(i).equals("None")) {
                break;
            }
            String family = Addresses.isIpv6(addresses.get(i)) ? "IPv6" : "IPv4";
            if (configured.contains(family)) {
                families = families.with(Json.of(family));
            } else {
                faults.add(
                        invalid(
                                "spec.clusterIPs[" + i + "]",
                                spec.array(ADDRESSES).toString(),
                                family + " is not configured on this cluster"));
            }
        }
        return families.isEmpty() ? spec : spec.with(FAMILIES, families);
    }

    private void requireConfigured(JsonObject spec, List<Status.Cause> faults) {
        if (spec.string(POLICY).equals(REQUIRE) && configured.size() < 2) {
            faults.add(policy(spec, "this cluster is not configured for dual-stack services"));
        }
        List<String> families = spec.array(FAMILIES).strings();
        for (int i = 0; i < families.size(); i++) {
            if (!configured.contains(families.get(i))) {
                faults.add(
                        invalid(
                                "spec.ipFamilies[" + i + "]",
                                Json.of(families.get(i)).toString(),
                                "not configured on this cluster"));
            }
        }
    }

    /// @param dual whether a second family can be given
    private JsonObject completed(JsonObject spec, boolean dual) {
        JsonArray families = spec.array(FAMILIES);
        if (families.isEmpty()) {
            families = JsonArray.of(Json.of(configured.getFirst()));
        }
        if (dual && families.size() == 1 && !spec.string(POLICY).equals(SINGLE)) {
            boolean six = families.strings().getFirst().equals("IPv6");
            families = families.with(Json.of(six ? "IPv4" : "IPv6"));
        }
        return spec.with(FAMILIES, families);
    }

    private static Status.Cause policy(JsonObject spec, String why) {
        return invalid("spec.ipFamilyPolicy", Json.of(spec.string(POLICY)).toString(), why);
    }

    /// @param value what was asked for, as JSON
    static Status.Cause invalid(String field, String value, String why) {
        return new Status.Cause("FieldValueInvalid", "Invalid value: " + value + ": " + why, field);
    }
}
