package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.function.BiConsumer;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.api.quota.PodAmounts;

/// What breaks the bounds of one LimitRange, in Kubernetes' words.
final class LimitBounds {

    private final SequencedSet<String> faults = new LinkedHashSet<>();

    SequencedSet<String> faults() {
        return faults;
    }

    /// One fault as it is, several in brackets.
    @Override
    public String toString() {
        return faults.size() == 1 ? faults.getFirst() : "[" + String.join(", ", faults) + "]";
    }

    void pod(JsonObject limit, JsonObject pod) {
        switch (limit.string("type")) {
            case "Container" -> {
                List<JsonObject> containers = new ArrayList<>();
                containers.addAll(pod.object("spec").array("containers").objects());
                containers.addAll(pod.object("spec").array("initContainers").objects());
                for (JsonObject container : containers) {
                    JsonObject resources = container.object("resources");
                    new Asked(
                                    "Container",
                                    Amounts.parse(resources.object("requests")),
                                    Amounts.parse(resources.object("limits")))
                            .check(limit);
                }
            }
            case "Pod" -> {
                // What runs now does not count, nor what the runtime adds: only what is asked for.
                JsonObject asked = pod.without("status").withoutAt("spec", "overhead");
                new Asked("Pod", PodAmounts.requests(asked), PodAmounts.limits(asked)).check(limit);
            }
            default -> {}
        }
    }

    void claim(JsonObject limit, JsonObject claim) {
        if (limit.string("type").equals("PersistentVolumeClaim")) {
            Amounts requests = Amounts.parse(claim.at("spec", "resources", "requests"));
            Asked asked = new Asked("PersistentVolumeClaim", requests, Amounts.NONE);
            each(limit, "min", asked::least);
            each(limit, "max", asked::mostRequested);
        }
    }

    private static void each(JsonObject limit, String member, BiConsumer<String, Quantity> check) {
        Amounts.parse(limit.object(member)).byName().forEach(check);
    }

    /// What a container, a pod or a claim asks for.
    private final class Asked {

        private final String type;
        private final Amounts requests;
        private final Amounts limits;

        Asked(String type, Amounts requests, Amounts limits) {
            this.type = type;
            this.requests = requests;
            this.limits = limits;
        }

        void check(JsonObject limit) {
            each(limit, "min", this::least);
            each(limit, "max", this::most);
            each(limit, "maxLimitRequestRatio", this::ratio);
        }

        private void least(String name, Quantity bound) {
            String rule = "minimum %s usage per %s is %s".formatted(name, type, bound);
            Quantity request = requests.get(name);
            Quantity limit = limits.get(name);
            if (!requests.has(name)) {
                faults.add(rule + ".  No request is specified");
            } else if (request.compareTo(bound) < 0) {
                faults.add(rule + ", but request is " + request);
            } else if (limits.has(name) && limit.compareTo(bound) < 0) {
                faults.add(rule + ", but limit is " + limit);
            }
        }

        private void most(String name, Quantity bound) {
            String rule = "maximum %s usage per %s is %s".formatted(name, type, bound);
            Quantity request = requests.get(name);
            Quantity limit = limits.get(name);
            if (!limits.has(name)) {
                faults.add(rule + ".  No limit is specified");
            } else if (limit.compareTo(bound) > 0) {
                faults.add(rule + ", but limit is " + limit);
            } else if (requests.has(name) && request.compareTo(bound) > 0) {
                faults.add(rule + ", but request is " + request);
            }
        }

        private void mostRequested(String name, Quantity bound) {
            String rule = "maximum %s usage per %s is %s".formatted(name, type, bound);
            if (!requests.has(name)) {
                faults.add(rule + ".  No request is specified");
            } else if (requests.get(name).compareTo(bound) > 0) {
                faults.add(rule + ", but request is " + requests.get(name));
            }
        }

        private void ratio(String name, Quantity bound) {
            String rule =
                    "%s max limit to request ratio per %s is %s, but ".formatted(name, type, bound);
            if (requests.get(name).isZero()) {
                faults.add(rule + "no request is specified or request is 0");
                return;
            }
            if (limits.get(name).isZero()) {
                faults.add(rule + "no limit is specified or limit is 0");
                return;
            }
            double asked =
                    limits.get(name).amount().doubleValue()
                            / requests.get(name).amount().doubleValue();
            if (asked > bound.amount().doubleValue()) {
                faults.add(rule + "provided ratio is " + String.format(Locale.ROOT, "%f", asked));
            }
        }
    }
}
