package kat.api.quota;

import java.time.Instant;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// Claims of devices count for one and for the devices that they may get of each class.
record DeviceClaimEvaluator() implements Evaluator {

    private static final String COUNT = "count/resourceclaims.resource.k8s.io";
    private static final String CLASS = ".deviceclass.resource.k8s.io/devices";

    /// `AllocationResultsMaxSize`: so many devices a claim can get.
    private static final long MOST_DEVICES = 32;

    @Override
    public SortedSet<String> matching(Collection<String> names) {
        SortedSet<String> found = new TreeSet<>();
        for (String name : names) {
            if (name.equals(COUNT) || name.endsWith(CLASS)) {
                found.add(name);
            }
        }
        return found;
    }

    @Override
    public Amounts usage(JsonObject claim, Instant now) {
        Amounts usage = Amounts.of(COUNT, Quantity.of(1));
        for (JsonObject request : claim.at("spec", "devices").array("requests").objects()) {
            Amounts worst = Amounts.NONE;
            for (JsonObject choice : request.array("firstAvailable").objects()) {
                worst = worst.max(devices(choice));
            }
            boolean isNested = request.has("exactly");
            boolean isPlain = isNested || request.has("deviceClassName");
            if (worst.isEmpty() && isPlain) {
                worst = devices(isNested ? request.object("exactly") : request);
            }
            usage = usage.plus(worst);
        }
        return usage;
    }

    private static Amounts devices(JsonObject request) {
        long count =
                switch (request.string("allocationMode", "ExactCount")) {
                    case "ExactCount" -> request.integer("count", 1);
                    case "All" -> MOST_DEVICES;
                    default -> 0;
                };
        return Amounts.of(request.string("deviceClassName") + CLASS, Quantity.of(count));
    }

    @Override
    public boolean handles(Write write) {
        return write.isWhole();
    }
}
