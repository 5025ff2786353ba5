package kat.controllers.endpointslice;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.controllers.workload.Conditions;

/// For which zones endpoints are meant where a Service asks for `topology-mode: Auto`: each for its
/// own, but some for others, so that zones have endpoints as they have processors. Hints that
/// stand stay where they can.
///
/// @param zones by uid of the endpoint's pod; empty where there are none
/// @param fault why there are none; empty for no reason
///
/// **Source:** staging `k8s.io/endpointslice/topologycache`. That goes by slices, this by
/// endpoints.
record ZoneHints(SequencedMap<String, String> zones, String fault) {

    private static final String MODE = "service.kubernetes.io/topology-mode";
    private static final String OLD_MODE = "service.kubernetes.io/topology-aware-hints";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final List<String> EXCLUDED =
            List.of("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master");

    /// How much more than its share an endpoint may have to serve.
    private static final double OVERLOAD = 0.2;

    private static final double LEAST_MOVED = 0.5;
    private static final Comparator<Map.Entry<String, Double>> BY_COUNT =
            Map.Entry.comparingByValue();
    private static final String COUNTS = " (%d endpoints, %d zones)";

    /// What a node counts for.
    ///
    /// @param thousandths of a processor
    record Share(boolean counts, String zone, long thousandths) {}

    static boolean areWanted(KubeObject service) {
        String old = service.annotation(OLD_MODE);
        String mode = old.isEmpty() ? service.annotation(MODE) : old;
        return mode.equals("Auto") || mode.equals("auto");
    }

    static Share shareOf(KubeObject node) {
        JsonObject ready = Conditions.find(node.status().array("conditions"), "Ready");
        boolean isExcluded = EXCLUDED.stream().anyMatch(node.labels()::containsKey);
        String cpu = node.status().object("allocatable").string("cpu");
        return new Share(
                !isExcluded && ready.string("status").equals("True"),
                node.label(ZONE),
                cpu.isEmpty() ? 0 : Quantity.parse(cpu).thousandths());
    }

    /// How much of all processors each zone has; empty where that is not known, or there are fewer
    /// than two zones.
    static SequencedMap<String, Double> shares(List<KubeObject> nodes) {
        SequencedMap<String, Long> byZone = new TreeMap<>();
        long all = 0;
        for (KubeObject node : nodes) {
            Share share = shareOf(node);
            if (!share.counts()) {
                continue;
            }
            if (share.zone().isEmpty() || share.thousandths() == 0) {
                return new TreeMap<>();
            }
            all += share.thousandths();
            byZone.merge(share.zone(), share.thousandths(), Long::sum);
        }
        SequencedMap<String, Double> shares = new TreeMap<>();
        if (byZone.size() > 1) {
            for (Map.Entry<String, Long> zone : byZone.entrySet()) {
                shares.put(zone.getKey(), (double) zone.getValue() / all);
            }
        }
        return shares;
    }

    /// @param own zones of ready endpoints, by uid; empty where one has none
    /// @param present hints, by uid
    /// @param shares of zones, see [#shares]
    static ZoneHints of(
            SequencedMap<String, String> own,
            Map<String, String> present,
            SequencedMap<String, Double> shares) {
        if (shares.isEmpty()) {
            return none(
                    "Insufficient Node information: allocatable CPU or zone not specified on one or"
                            + " more nodes");
        }
        int endpoints = own.size();
        if (shares.size() > endpoints) {
            return none(
                    "Insufficient number of endpoints"
                            + COUNTS.formatted(endpoints, shares.size()));
        }
        Map<String, Integer> least = new TreeMap<>();
        shares.forEach(
                (zone, share) ->
                        least.put(zone, (int) Math.ceil(share * endpoints / (1 + OVERLOAD))));
        int spare = endpoints - least.values().stream().mapToInt(Integer::intValue).sum();
        if (spare < 0) {
            return none(
                    "Unable to allocate minimum required endpoints to each zone without exceeding"
                            + " overload threshold"
                            + COUNTS.formatted(endpoints, shares.size()));
        }
        if (own.containsValue("")) {
            return none("One or more endpoints do not have a zone specified");
        }
        SequencedMap<String, String> zones = kept(own, present, least, spare);
        Map<String, Double> missing = new TreeMap<>();
        shares.forEach(
                (zone, share) -> {
                    double wanted = Math.max(share * endpoints, least.getOrDefault(zone, 0));
                    missing.put(zone, wanted - Collections.frequency(zones.values(), zone));
                });
        move(zones, missing);
        return new ZoneHints(zones, "");
    }

    /// The hints that may stay, and for other endpoints their own zones.
    ///
    /// @param spare how many more than its least a zone may have
    private static SequencedMap<String, String> kept(
            SequencedMap<String, String> own,
            Map<String, String> present,
            Map<String, Integer> least,
            int spare) {
        SequencedMap<String, String> zones = new LinkedHashMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        own.forEach(
                (uid, zone) -> {
                    String hint = present.getOrDefault(uid, "");
                    Integer wanted = least.get(hint);
                    boolean stays = wanted != null && counts.getOrDefault(hint, 0) < wanted + spare;
                    zones.put(uid, stays ? hint : zone);
                    counts.merge(stays ? hint : zone, 1, Integer::sum);
                });
        return zones;
    }

    private static ZoneHints none(String fault) {
        return new ZoneHints(new LinkedHashMap<>(), fault);
    }

    /// Gives endpoints from where most are too many to where most are missing.
    ///
    /// @param missing endpoints of each zone; negative where there are too many
    private static void move(SequencedMap<String, String> zones, Map<String, Double> missing) {
        while (true) {
            String giving = missing.entrySet().stream().min(BY_COUNT).orElseThrow().getKey();
            String receiving = missing.entrySet().stream().max(BY_COUNT).orElseThrow().getKey();
            double given = -missing.getOrDefault(giving, 0.0);
            double received = missing.getOrDefault(receiving, 0.0);
            boolean isLittle = given < 1 && received < 1;
            if (isLittle || given < LEAST_MOVED || received < LEAST_MOVED) {
                return;
            }
            for (Map.Entry<String, String> endpoint : zones.entrySet()) {
                if (endpoint.getValue().equals(giving)) {
                    endpoint.setValue(receiving);
                    break;
                }
            }
            missing.merge(giving, 1.0, Double::sum);
            missing.merge(receiving, -1.0, Double::sum);
        }
    }
}
