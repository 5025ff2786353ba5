package kat.kubelet.eviction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kat.api.Quantity;
import kat.api.Quantity.Format;
import kat.api.json.JsonObject;
import kat.api.quota.PodAmounts;
import kat.kubelet.admission.NodeFit;

/// Which pod goes first, and what it is told; pure.
///
/// **Source:** `pkg/kubelet/eviction/helpers.go`.
public final class Ranking {

    private Ranking() {}

    /// Those that may go, the first to go first: who uses more than it asked for, then who matters
    /// less, then who is furthest above its request. Nobody asks for process ids: there, who
    /// matters less goes first, then who has most.
    public static List<Candidate> of(List<Candidate> candidates, Signal signal) {
        List<Candidate> ranked = new ArrayList<>(candidates);
        ranked.removeIf(candidate -> NodeFit.isCritical(candidate.pod()));
        boolean requested = signal != Signal.PROCESSES;
        ranked.sort(
                Comparator.comparing((Candidate each) -> requested && excess(each, signal) <= 0)
                        .thenComparing(each -> each.pod().spec().integer("priority", 0))
                        .thenComparing(candidate -> -excess(candidate, signal))
                        .thenComparing(candidate -> candidate.pod().key()));
        return List.copyOf(ranked);
    }

    private static long excess(Candidate candidate, Signal signal) {
        Quantity asked = PodAmounts.requests(candidate.pod().tree()).get(signal.resource());
        return candidate.used() - asked.wholeUnits();
    }

    public static String message(Candidate candidate, Pressures.Met met) {
        Observation observation = met.observation();
        String resource = observation.signal().resource();
        boolean bytes = observation.signal().isBytes();
        StringBuilder text = new StringBuilder("The node was low on resource: ");
        text.append(resource).append(". Threshold quantity: ").append(met.text());
        text.append(", available: ").append(amount(observation.available(), bytes)).append(". ");
        if (!bytes) {
            return text.toString();
        }
        candidate
                .containers()
                .forEach(
                        (name, used) -> {
                            Quantity asked = request(candidate, name, resource);
                            if (used > asked.wholeUnits()) {
                                text.append("Container ").append(name).append(" was using ");
                                text.append(amount(used, bytes))
                                        .append(", request is ")
                                        .append(asked);
                                text.append(", has larger consumption of ").append(resource);
                                text.append(". ");
                            }
                        });
        return text.toString();
    }

    private static Quantity request(Candidate candidate, String container, String resource) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonObject each : candidate.pod().spec().array(list).objects()) {
                String asked = each.object("resources").object("requests").string(resource);
                if (each.string("name").equals(container) && !asked.isEmpty()) {
                    return Quantity.parse(asked);
                }
            }
        }
        return Quantity.ZERO;
    }

    private static Quantity amount(long amount, boolean bytes) {
        return Quantity.of(amount, bytes ? Format.BINARY_SI : Format.DECIMAL_SI);
    }
}
