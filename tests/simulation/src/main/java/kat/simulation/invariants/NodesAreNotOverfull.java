package kat.simulation.invariants;

import java.math.BigDecimal;
import java.util.Optional;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// The pods on a node ask for no more than it has.
final class NodesAreNotOverfull implements Invariant {

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject before = commit.before();
        KubeObject after = commit.after();
        if (!commit.isOf("pods") || after == null) {
            return Optional.empty();
        }
        String name = after.spec().string("nodeName");
        boolean wasThere = before != null && before.spec().string("nodeName").equals(name);
        KubeObject node = objects.get("nodes", ObjectKey.of("", name));
        if (name.isEmpty() || wasThere || node == null) {
            return Optional.empty();
        }
        int pods = 0;
        BigDecimal cpu = BigDecimal.ZERO;
        for (KubeObject pod : objects.all("pods")) {
            if (pod.spec().string("nodeName").equals(name) && !hasEnded(pod)) {
                pods++;
                cpu = cpu.add(cpu(pod));
            }
        }
        JsonObject allocatable = node.status().object("allocatable");
        boolean isFull =
                pods > Integer.parseInt(allocatable.string("pods"))
                        || cpu.compareTo(value(allocatable.string("cpu"))) > 0;
        return isFull
                ? Optional.of(
                        "%s has %d pods with %s cpu of %s".formatted(name, pods, cpu, allocatable))
                : Optional.empty();
    }

    private static boolean hasEnded(KubeObject pod) {
        String phase = pod.status().string("phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static BigDecimal cpu(KubeObject pod) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonObject container : pod.spec().array("containers").objects()) {
            String asked = container.object("resources").object("requests").string("cpu");
            sum = asked.isEmpty() ? sum : sum.add(value(asked));
        }
        return sum;
    }

    private static BigDecimal value(String text) {
        return Quantity.parse(text).amount();
    }
}
