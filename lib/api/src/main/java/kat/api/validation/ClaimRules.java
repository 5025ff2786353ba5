package kat.api.validation;

import java.util.List;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.names.Names;

/// The rules for PersistentVolumeClaims and templates of them.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`.
final class ClaimRules {

    private static final List<String> MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final List<String> RESIZES =
            List.of(
                    "ControllerResizeInProgress",
                    "ControllerResizeInfeasible",
                    "NodeResizeInProgress",
                    "NodeResizeInfeasible",
                    "NodeResizePending");
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
    private static final String ATTRIBUTES = "volumeAttributesClassName";

    private ClaimRules() {}

    static void claim(Node claim) {
        spec(claim.child("spec"), false);
    }

    static void spec(Node spec) {
        spec(spec, false);
    }

    static void accessModes(Node modes) {
        boolean single = false;
        boolean shared = false;
        for (Node mode : modes.items()) {
            boolean known = MODES.contains(mode.text());
            if (!known) {
                modes.unsupported(mode.json(), MODES);
            }
            boolean ofOnePod = mode.text().equals("ReadWriteOncePod");
            single |= ofOnePod;
            shared |= known && !ofOnePod;
        }
        if (single && shared) {
            modes.forbidden("may not use ReadWriteOncePod with other access modes");
        }
    }

    /// @param anyGroup whether the group of what it is made from may be any text
    private static void spec(Node spec, boolean anyGroup) {
        Node modes = spec.child("accessModes");
        if (modes.isEmpty()) {
            modes.required("at least 1 access mode is required");
        }
        Common.labelSelector(spec.child("selector"));
        accessModes(modes);
        storage(spec);
        className(spec.child("storageClassName"));
        spec.child("volumeMode").oneOf("Block", "Filesystem");
        Node source = spec.child("dataSource");
        Node reference = spec.child("dataSourceRef");
        dataSource(source, anyGroup);
        dataSource(reference, anyGroup);
        if (!reference.child("namespace").isEmpty()) {
            Common.dnsLabel(reference.child("namespace"));
            if (source.isSet()) {
                spec.invalidText(
                        source.path(),
                        "may not be specified when dataSourceRef.namespace is specified");
            }
        } else if (source.isSet() && reference.isSet() && !isSame(source, reference)) {
            spec.invalidText(source.path(), "must match dataSourceRef");
        }
        className(spec.child(ATTRIBUTES));
    }

    private static void className(Node name) {
        if (!name.isEmpty()) {
            Common.dnsSubdomain(name);
        }
    }

    private static void storage(Node spec) {
        Node requests = spec.child("resources", "requests");
        if (!requests.has("storage")) {
            spec.child("resources").key("storage").required();
            return;
        }
        Node storage =
                spec.child("resources").key("storage").with(requests.child("storage").json());
        int before = storage.faultCount();
        Common.positive(storage);
        if (storage.faultCount() == before) {
            Common.resourceAmount(storage);
        }
    }

    private static boolean isSame(Node source, Node reference) {
        for (String field : List.of("apiGroup", "kind", "name")) {
            if (!source.child(field).json().equals(reference.child(field).json())) {
                return false;
            }
        }
        return true;
    }

    private static void dataSource(Node source, boolean anyGroup) {
        if (!source.isSet()) {
            return;
        }
        source.child("name").requireNotEmpty();
        source.child("kind").requireNotEmpty();
        Node group = source.child("apiGroup");
        String kind = source.child("kind").text();
        if (group.isEmpty() && !kind.equals("PersistentVolumeClaim")) {
            source.invalidText(
                    kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
        if (!group.isEmpty() && !anyGroup) {
            Common.dnsSubdomain(group);
        }
    }

    static void update(Node claim, JsonObject before) {
        JsonObject old = before.object("spec");
        boolean anyGroup =
                old.object("dataSource").get("apiGroup") instanceof JsonString
                        || old.object("dataSourceRef").get("apiGroup") instanceof JsonString;
        spec(claim.child("spec"), anyGroup);
        immutable(claim, before, old);
        size(claim, before);
        claim.child("volumeMode")
                .with(claim.child("spec", "volumeMode").json())
                .immutable(old.get("volumeMode"));
        attributes(claim, before, old);
    }

    private static void immutable(Node claim, JsonObject before, JsonObject old) {
        JsonObject spec = claim.child("spec").object();
        boolean bound = claim.child("status", "phase").text().equals("Bound");
        JsonObject same = spec;
        if (bound) {
            Json size = old.object("resources").object("requests").get("storage");
            JsonObject requests = spec.object("resources").object("requests");
            same =
                    same.change(
                            "resources",
                            all ->
                                    all.with(
                                            "requests",
                                            size == null
                                                    ? requests.without("storage")
                                                    : requests.with("storage", size)));
            same = copied(same, old, ATTRIBUTES);
        }
        if (old.string("volumeName").isEmpty()) {
            same = copied(same, old, "volumeName");
        }
        String named = before.object("metadata").object("annotations").string(CLASS_ANNOTATION);
        String chosen = spec.string("storageClassName");
        boolean upgraded =
                !old.has("storageClassName")
                        && spec.has("storageClassName")
                        && (named.isEmpty() || chosen.equals(named));
        if (upgraded) {
            same = same.without("storageClassName");
        }
        if (!named.equals(claim.child("metadata", "annotations").object().string(CLASS_ANNOTATION))
                && !upgraded) {
            claim.child("metadata", "annotations")
                    .key(CLASS_ANNOTATION)
                    .invalid("field is immutable");
        }
        if (!same.equals(old)) {
            claim.child("spec")
                    .forbidden(
                            "spec is immutable after creation except resources.requests and"
                                    + " volumeAttributesClassName for bound claims\n"
                                    + Difference.between(old, same));
        }
    }

    private static JsonObject copied(JsonObject spec, JsonObject old, String field) {
        Json before = old.get(field);
        return before == null ? spec.without(field) : spec.with(field, before);
    }

    private static void size(Node claim, JsonObject before) {
        Quantity now =
                Common.quantity(claim.child("spec", "resources", "requests").child("storage"));
        Quantity then = sizeOf(before.object("spec").object("resources").object("requests"));
        Quantity actual = sizeOf(before.object("status").object("capacity"));
        boolean absent = !claim.child("spec", "resources", "requests").has("storage");
        Quantity asked = absent ? sizeOf(JsonObject.EMPTY) : now;
        if (asked != null && asked.compareTo(then) < 0 && asked.compareTo(actual) <= 0) {
            claim.child("spec", "resources", "requests", "storage")
                    .forbidden("field can not be less than status.capacity");
        }
    }

    private static Quantity sizeOf(JsonObject amounts) {
        Quantity size = Common.parsed(amounts.string("storage"));
        return size == null ? Quantity.ZERO : size;
    }

    private static void attributes(Node claim, JsonObject before, JsonObject old) {
        Node name = claim.child("spec", ATTRIBUTES);
        boolean inUse = before.object("status").has("currentVolumeAttributesClassName");
        if (!inUse || name.text().equals(old.string(ATTRIBUTES))) {
            return;
        }
        if (!name.isSet()) {
            name.forbidden(
                    "update to nil is forbidden when status.currentVolumeAttributesClassName is"
                            + " not nil");
        } else if (name.isEmpty()) {
            name.forbidden(
                    "update to empty string is forbidden when"
                            + " status.currentVolumeAttributesClassName is not nil");
        }
    }

    static void statusUpdate(Node claim, JsonObject before) {
        if (claim.child("spec", "accessModes").isEmpty()) {
            claim.child("Spec", "accessModes").required();
        }
        for (Node amount : claim.child("status", "capacity").entries()) {
            basic(amount);
        }
        Node resizes = claim.child("status", "allocatedResourceStatuses");
        for (Node each : resizes.entries()) {
            resourceKey(resizes, each.name());
            if (!RESIZES.contains(each.text())) {
                resizes.unsupported(Json.of(each.name()), RESIZES);
            }
        }
        Node allocated = claim.child("status", "allocatedResources");
        for (Node amount : allocated.entries()) {
            int faults = amount.faultCount();
            resourceKey(allocated, amount.name());
            if (amount.faultCount() == faults) {
                basic(amount);
            }
            if (amount.faultCount() == faults) {
                Common.resourceAmount(amount);
            }
        }
    }

    private static void resourceKey(Node place, String key) {
        List<String> faults = Names.qualifiedName(key);
        faults.forEach(fault -> place.invalidText(key, fault));
        if (faults.isEmpty() && Common.isNative(key) && !key.equals("storage")) {
            place.unsupported(Json.of(key), List.of("storage"));
        }
    }

    private static void basic(Node amount) {
        Quantity size = Common.quantity(amount);
        if (size != null && size.signum() < 0) {
            amount.invalid(Json.of(size.wholeUnits()), "must be a valid resource quantity");
        }
    }
}
