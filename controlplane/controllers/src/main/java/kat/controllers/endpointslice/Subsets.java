package kat.controllers.endpointslice;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The subsets of an Endpoints object: ports that the same addresses serve stand together.
///
/// @param list as the object carries them
/// @param truncated whether addresses were left out
///
/// **Source:** `pkg/api/v1/endpoints/util.go` (`RepackSubsets`), `truncateEndpoints`.
record Subsets(List<Json> list, boolean truncated) {

    Subsets {
        list = List.copyOf(list);
    }

    /// @param json as the object carries it
    record Address(JsonObject json, boolean ready) {}

    /// @param portless addresses of a headless Service without ports
    static Subsets of(
            SequencedMap<ServicePods.Port, List<Address>> byPort, List<Address> portless) {
        SequencedMap<List<Address>, List<Json>> byAddresses = new LinkedHashMap<>();
        byPort.forEach(
                (port, addresses) ->
                        byAddresses
                                .computeIfAbsent(addresses, _ -> new ArrayList<>())
                                .add(port.toJson()));
        if (!portless.isEmpty()) {
            byAddresses.put(portless, List.of());
        }
        List<Json> list = new ArrayList<>();
        byAddresses.forEach((addresses, ports) -> list.add(subset(addresses, ports)));
        return new Subsets(list, false);
    }

    private static JsonObject subset(List<Address> addresses, List<Json> ports) {
        List<Json> ready = new ArrayList<>();
        List<Json> unready = new ArrayList<>();
        for (Address address : addresses) {
            (address.ready() ? ready : unready).add(address.json());
        }
        return subset(ready, unready, new JsonArray(ports));
    }

    private static JsonObject subset(List<Json> ready, List<Json> unready, JsonArray ports) {
        JsonObject subset = JsonObject.EMPTY;
        subset = ready.isEmpty() ? subset : subset.with("addresses", new JsonArray(ready));
        subset =
                unready.isEmpty()
                        ? subset
                        : subset.with("notReadyAddresses", new JsonArray(unready));
        return ports.isEmpty() ? subset : subset.with("ports", ports);
    }

    /// At most so many addresses, ready ones first, each subset in proportion to its size.
    Subsets within(int most) {
        int ready = count("addresses");
        int unready = count("notReadyAddresses");
        if (ready + unready <= most) {
            return this;
        }
        boolean cutReady = ready > most;
        int room = cutReady ? most : most - ready;
        int total = cutReady ? ready : unready;
        int left = room;
        List<Json> cut = new ArrayList<>();
        for (JsonObject subset : new JsonArray(list).objects()) {
            List<Json> kept = subset.array("addresses").items();
            List<Json> others = subset.array("notReadyAddresses").items();
            List<Json> shortened = cutReady ? kept : others;
            int share = Math.min(left, (int) Math.round((double) shortened.size() / total * room));
            left -= share;
            List<Json> first = shortened.subList(0, share);
            if (!first.isEmpty() || (!cutReady && !kept.isEmpty())) {
                cut.add(
                        subset(
                                cutReady ? first : kept,
                                cutReady ? List.of() : first,
                                subset.array("ports")));
            }
        }
        return new Subsets(cut, true);
    }

    /// How many addresses an Endpoints object holds.
    static int size(KubeObject endpoints) {
        JsonArray subsets = endpoints.tree().array("subsets");
        return count(subsets, "addresses") + count(subsets, "notReadyAddresses");
    }

    private int count(String field) {
        return count(new JsonArray(list), field);
    }

    private static int count(JsonArray subsets, String field) {
        int count = 0;
        for (JsonObject subset : subsets.objects()) {
            count += subset.array(field).size();
        }
        return count;
    }
}
