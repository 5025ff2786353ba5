package kat.api.custom;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The status of a definition: which of its names are its own, and whether it is served.
///
/// **Source:** `pkg/controller/status/naming_controller.go`, `controller/establish` and
/// `registry/customresourcedefinition` of the apiextensions server.
public final class DefinitionStatus {

    private static final String NAMES_ACCEPTED = "NamesAccepted";
    private static final String ESTABLISHED = "Established";
    private static final String INVALID_BUNDLE = "InvalidCABundle";

    private DefinitionStatus() {}

    /// A condition.
    ///
    /// @param status `True` or `False`
    public record Condition(String type, String status, String reason, String message) {}

    /// The definition with a condition; its time changes only with its status.
    public static KubeObject with(KubeObject definition, Condition wanted, Instant now) {
        JsonObject fresh =
                JsonObject.builder()
                        .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("message", wanted.message())
                        .put("reason", wanted.reason())
                        .put("status", wanted.status())
                        .put("type", wanted.type())
                        .build();
        List<Json> conditions = new ArrayList<>();
        boolean found = false;
        for (JsonObject old : definition.status().array("conditions").objects()) {
            if (!old.string("type").equals(wanted.type())) {
                conditions.add(old);
                continue;
            }
            found = true;
            conditions.add(
                    old.string("status").equals(wanted.status())
                            ? fresh.with("lastTransitionTime", old.string("lastTransitionTime"))
                            : fresh);
        }
        if (!found) {
            conditions.add(fresh);
        }
        JsonArray all = new JsonArray(conditions);
        return definition.withStatus(status -> status.with("conditions", all));
    }

    /// The status with the storage version among those in which objects may be stored.
    public static JsonObject stored(JsonObject status, JsonObject spec) {
        List<String> stored = new ArrayList<>(status.array("storedVersions").strings());
        for (JsonObject version : spec.array("versions").objects()) {
            if (version.bool("storage") && !stored.contains(version.string("name"))) {
                stored.add(version.string("name"));
                return status.with("storedVersions", JsonArray.ofStrings(stored));
            }
        }
        return status;
    }

    /// What deletion begins with.
    public static KubeObject marked(KubeObject definition, Instant now) {
        List<String> finalizers = new ArrayList<>(definition.finalizers());
        if (!finalizers.contains(Definition.CLEANUP)) {
            finalizers.add(Definition.CLEANUP);
        }
        KubeObject held =
                new KubeObject(
                        definition
                                .tree()
                                .withAt(JsonArray.ofStrings(finalizers), "metadata", "finalizers"));
        return with(
                held,
                new Condition(
                        "Terminating",
                        "True",
                        "InstanceDeletionPending",
                        "CustomResourceDefinition marked for deletion; CustomResource deletion will"
                                + " begin soon"),
                now);
    }

    /// The definition with the names that are its own among all definitions of its group.
    ///
    /// @param others the other definitions of the group
    public static KubeObject named(KubeObject definition, List<KubeObject> others, Instant now) {
        JsonObject wanted = definition.spec().object("names");
        JsonObject own = definition.status().object("acceptedNames");
        if (wanted.equals(own)) {
            return definition;
        }
        Claims claims = new Claims(others, own);
        JsonObject accepted = claims.accept(wanted);
        boolean isFree = claims.message.isEmpty();
        KubeObject named = definition.withStatus(s -> s.with("acceptedNames", accepted));
        named =
                with(
                        named,
                        isFree
                                ? new Condition(
                                        NAMES_ACCEPTED, "True", "NoConflicts", "no conflicts found")
                                : new Condition(
                                        NAMES_ACCEPTED, "False", claims.reason, claims.message),
                        now);
        if (Definition.is(definition, ESTABLISHED)) {
            return named;
        }
        return with(
                named,
                isFree
                        ? new Condition(
                                ESTABLISHED,
                                "False",
                                "Installing",
                                "the initial names have been accepted")
                        : new Condition(
                                ESTABLISHED, "False", "NotAccepted", "not all names are accepted"),
                now);
    }

    /// The definition with what its note says of its approval, for groups that need one.
    public static KubeObject approved(KubeObject definition, Instant now) {
        Condition wanted = ApprovalRules.condition(definition.tree());
        if (wanted == null) {
            return definition;
        }
        JsonObject known = Definition.condition(definition, wanted.type());
        boolean isTold =
                known.string("status").equals(wanted.status())
                        && known.string("reason").equals(wanted.reason())
                        && known.string("message").equals(wanted.message());
        return isTold ? definition : with(definition, wanted, now);
    }

    /// The definition as one that is served, where its names and the authorities of its webhook
    /// allow it.
    public static KubeObject established(KubeObject definition, Instant now) {
        boolean ready =
                Definition.is(definition, NAMES_ACCEPTED)
                        && !Definition.is(definition, ESTABLISHED);
        if (!ready) {
            return definition;
        }
        boolean isTrusted =
                ConversionRules.bundleFault(definition.spec().object("conversion")).isEmpty();
        return with(
                definition,
                isTrusted
                        ? new Condition(
                                ESTABLISHED,
                                "True",
                                "InitialNamesAccepted",
                                "the initial names have been accepted")
                        : new Condition(
                                ESTABLISHED,
                                "False",
                                INVALID_BUNDLE,
                                "The conversion webhook CABundle is invalid"),
                now);
    }

    /// Whether nothing is served of it until the authorities of its webhook can be read.
    public static boolean isHeldBack(KubeObject definition) {
        return Definition.condition(definition, ESTABLISHED)
                .string("reason")
                .equals(INVALID_BUNDLE);
    }

    /// The names that are taken, and what stood in the way.
    private static final class Claims {

        private final Set<String> resources = new LinkedHashSet<>();
        private final Set<String> kinds = new LinkedHashSet<>();
        private final JsonObject own;
        private String reason = "";
        private String message = "";

        Claims(List<KubeObject> others, JsonObject own) {
            this.own = own;
            for (KubeObject other : others) {
                JsonObject names = other.status().object("acceptedNames");
                resources.add(names.string("plural"));
                resources.add(names.string("singular"));
                resources.addAll(names.array("shortNames").strings());
                kinds.add(names.string("kind"));
                kinds.add(names.string("listKind"));
            }
        }

        JsonObject accept(JsonObject wanted) {
            JsonObject accepted = own;
            accepted = name(accepted, wanted, "plural", resources, "PluralConflict");
            accepted = name(accepted, wanted, "singular", resources, "SingularConflict");
            accepted = shortNames(accepted, wanted);
            accepted = name(accepted, wanted, "kind", kinds, "KindConflict");
            accepted = name(accepted, wanted, "listKind", kinds, "ListKindConflict");
            Json categories = wanted.get("categories");
            return categories == null
                    ? accepted.without("categories")
                    : accepted.with("categories", categories);
        }

        private JsonObject name(
                JsonObject accepted,
                JsonObject wanted,
                String field,
                Set<String> taken,
                String conflict) {
            String name = wanted.string(field);
            if (!name.equals(own.string(field)) && taken.contains(name)) {
                reason = conflict;
                message = inUse(name);
                return accepted;
            }
            return name.isEmpty() ? accepted.without(field) : accepted.with(field, name);
        }

        private JsonObject shortNames(JsonObject accepted, JsonObject wanted) {
            List<String> before = own.array("shortNames").strings();
            List<String> faults = new ArrayList<>();
            for (String name : wanted.array("shortNames").strings()) {
                if (!before.contains(name) && resources.contains(name)) {
                    faults.add(inUse(name));
                }
            }
            if (!faults.isEmpty()) {
                reason = "ShortNamesConflict";
                message =
                        faults.size() == 1
                                ? faults.getFirst()
                                : "[" + String.join(", ", faults) + "]";
                return accepted;
            }
            Json names = wanted.get("shortNames");
            return names == null
                    ? accepted.without("shortNames")
                    : accepted.with("shortNames", names);
        }

        private static String inUse(String name) {
            return Json.of(name) + " is already in use";
        }
    }
}
