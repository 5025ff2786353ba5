package kat.api.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.storage.VolumeFit;
import org.jspecify.annotations.Nullable;

/// Claims of volumes count for one and for the storage that they ask for, in all and in their
/// storage class.
record ClaimEvaluator() implements Evaluator {

    private static final String COUNT = "count/persistentvolumeclaims";
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final String CLASS = ".storageclass.storage.k8s.io/";
    private static final Set<String> NAMES = Set.of(COUNT, CLAIMS, STORAGE);

    @Override
    public SortedSet<String> matching(Collection<String> names) {
        SortedSet<String> found = new TreeSet<>();
        for (String name : names) {
            if (NAMES.contains(name)
                    || name.endsWith(CLASS + CLAIMS)
                    || name.endsWith(CLASS + STORAGE)) {
                found.add(name);
            }
        }
        return found;
    }

    @Override
    public Amounts usage(JsonObject claim, Instant now) {
        String storageClass = VolumeFit.classOf(claim);
        Amounts usage = Amounts.of(COUNT, Quantity.of(1)).with(CLAIMS, Quantity.of(1));
        if (!storageClass.isEmpty()) {
            usage = usage.with(storageClass + CLASS + CLAIMS, Quantity.of(1));
        }
        Quantity storage = storage(claim);
        if (storage == null) {
            return usage;
        }
        usage = usage.with(STORAGE, storage);
        return storageClass.isEmpty() ? usage : usage.with(storageClass + CLASS + STORAGE, storage);
    }

    /// What is asked for, or what is being given when that is more, in whole bytes.
    private static @Nullable Quantity storage(JsonObject claim) {
        Amounts asked = Amounts.parse(claim.at("spec", "resources", "requests"));
        if (!asked.has("storage")) {
            return null;
        }
        Amounts given = Amounts.parse(claim.at("status", "allocatedResources"));
        Quantity most = asked.max(given).get("storage");
        BigDecimal whole = most.amount().setScale(0, RoundingMode.UP);
        return whole.compareTo(most.amount()) == 0
                ? most
                : Quantity.of(most.wholeUnits(), most.format());
    }

    @Override
    public boolean handles(Write write) {
        return write.isWhole() || write.subresource().equals("status");
    }

    @Override
    public boolean isIn(Quota.Scope scope, JsonObject claim) {
        if (!scope.name().equals("VolumeAttributesClass")) {
            return false;
        }
        Set<String> classes = attributesClasses(claim);
        return classes.isEmpty() ? scope.matches("") : classes.stream().anyMatch(scope::matches);
    }

    /// The class asked for, the one in force and the one on the way.
    private static Set<String> attributesClasses(JsonObject claim) {
        Set<String> classes = new TreeSet<>();
        JsonObject status = claim.object("status");
        classes.add(claim.object("spec").string("volumeAttributesClassName"));
        classes.add(status.string("currentVolumeAttributesClassName"));
        classes.add(status.object("modifyVolumeStatus").string("targetVolumeAttributesClassName"));
        classes.remove("");
        return classes;
    }
}
