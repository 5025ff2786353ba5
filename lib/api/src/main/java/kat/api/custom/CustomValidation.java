package kat.api.custom;

import java.util.List;
import java.util.function.Consumer;
import kat.api.Status;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import kat.api.validation.Validation;
import org.jspecify.annotations.Nullable;

/// Says what is wrong with custom resources of one version, in Kubernetes' words and order:
/// metadata, the OpenAPI schema, scale, embedded objects, sets and map lists, then the rules of
/// `x-kubernetes-validations`, which are left out while something else is badly wrong.
///
/// **Threads:** any; what is prepared of the schema serves all.
///
/// **Source:** `pkg/registry/customresource` of the apiextensions server.
public final class CustomValidation {

    private static final String NOT_ALL =
            "some validation rules were not checked because the object was invalid; correct the"
                    + " existing errors to complete validation";

    private final CustomKind custom;
    private final RuleSet rules;
    private final RuleTimes times;
    private final SchemaValidator schemas = new SchemaValidator();

    public CustomValidation(CustomKind custom) {
        this(custom, RuleTimes.NONE);
    }

    /// @param times are told how long its rules take
    public CustomValidation(CustomKind custom, RuleTimes times) {
        this.custom = custom;
        this.times = times;
        long since = times.now();
        this.rules = RuleSet.compile(custom.openApi());
        if (!rules.isEmpty()) {
            times.compiled(since);
        }
    }

    /// Checks a new object.
    public List<Status.Cause> create(JsonObject object) {
        Faults faults = new Faults();
        if (!hasType(object, faults)) {
            return faults.causes();
        }
        faults.addAll(Validation.metadata(object, custom.kind().namespaced(), Names::dnsSubdomain));
        schemas.check("", custom.openApi(), object, null, faults);
        scale(object, true, faults);
        EmbeddedRules.check("", custom.openApi(), object, false, faults);
        ListRules.check("", custom.openApi(), object, faults);
        rules(object, null, faults);
        return faults.causes();
    }

    /// Checks a new version of a stored object. What was wrong before may stay wrong.
    ///
    /// @param warn is told of rules that were broken before
    public List<Status.Cause> update(JsonObject object, JsonObject old, Consumer<String> warn) {
        Faults faults = new Faults(warn);
        if (!hasType(object, faults)) {
            return faults.causes();
        }
        faults.addAll(Validation.metadataUpdate(object, old));
        schemas.check("", custom.openApi(), object, old, faults);
        scale(object, true, faults);
        EmbeddedRules.check("", custom.openApi(), object, false, faults);
        lists(object, old, faults);
        rules(object, old, faults);
        return faults.causes();
    }

    /// Checks a new status of a stored object.
    ///
    /// @param warn is told of rules that were broken before
    public List<Status.Cause> updateStatus(
            JsonObject object, JsonObject old, Consumer<String> warn) {
        Faults faults = new Faults(warn);
        faults.addAll(Validation.metadataUpdate(object, old));
        Json status = object.get("status");
        if (status != null) {
            JsonObject schema = custom.openApi().object("properties").object("status");
            schemas.check("status", schema, status, old.get("status"), faults);
        }
        scale(object, false, faults);
        lists(object, old, faults);
        rules(object, old, faults);
        return faults.causes();
    }

    private boolean hasType(JsonObject object, Faults faults) {
        String wanted = custom.kind().kind();
        String given = object.string("kind", wanted);
        if (!given.equals(wanted)) {
            faults.invalid("kind", given, "must be " + wanted);
        }
        return faults.isEmpty();
    }

    private void lists(JsonObject object, JsonObject old, Faults faults) {
        Faults before = new Faults();
        ListRules.check("", custom.openApi(), old, before);
        if (before.isEmpty()) {
            ListRules.check("", custom.openApi(), object, faults);
        }
    }

    private void rules(JsonObject object, @Nullable JsonObject old, Faults faults) {
        if (rules.isEmpty()) {
            return;
        }
        if (faults.isBlocking()) {
            faults.add("FieldValueInvalid", "", "Invalid value: null: " + NOT_ALL);
            return;
        }
        long since = times.now();
        rules.check(object, old, faults);
        times.evaluated(since);
    }

    private void scale(JsonObject object, boolean withSpec, Faults faults) {
        CustomKind.ScalePaths paths = custom.scale();
        if (paths == null) {
            return;
        }
        if (withSpec) {
            replicas(object, paths.spec(), faults);
        }
        replicas(object, paths.status(), faults);
        if (paths.selector().isEmpty()) {
            return;
        }
        Found selector = at(object, paths.selector());
        Json value = selector.value();
        String why = selector.fault();
        if (why == null && value != null && !isText(value)) {
            why = wrongKind(paths.selector(), value, "string");
        }
        if (why != null) {
            faults.invalid("." + String.join(".", paths.selector()), "", why);
        }
    }

    private static boolean isText(Json value) {
        return value instanceof kat.api.json.JsonString;
    }

    private static void replicas(JsonObject object, List<String> path, Faults faults) {
        Found found = at(object, path);
        String field = "." + String.join(".", path);
        if (found.fault() != null) {
            faults.invalid(field, Json.of(0), found.fault());
        }
        Json value = found.value();
        if (value == null) {
            return;
        }
        if (!(value instanceof JsonNumber number) || !number.isInteger()) {
            faults.invalid(field, Json.of(0), wrongKind(path, value, "int64"));
        } else if (number.longValue() < 0) {
            faults.invalid(field, number, "should be a non-negative integer");
        } else if (number.longValue() > Integer.MAX_VALUE) {
            faults.invalid(field, number, "should be less than or equal to " + Integer.MAX_VALUE);
        }
    }

    private static String wrongKind(List<String> path, Json value, String wanted) {
        return "."
                + String.join(".", path)
                + " accessor error: "
                + GoText.of(value)
                + " is of the type "
                + goType(value)
                + ", expected "
                + wanted;
    }

    private static String goType(Json value) {
        return switch (value.typeName()) {
            case "integer" -> "int64";
            case "number" -> "float64";
            case "boolean" -> "bool";
            case "object" -> "map[string]interface {}";
            case "array" -> "[]interface {}";
            default -> value.typeName();
        };
    }

    /// What stands at a path.
    ///
    /// @param fault why nothing can stand there; null when it can
    private record Found(@Nullable Json value, @Nullable String fault) {}

    private static Found at(JsonObject object, List<String> path) {
        Json current = object;
        for (int i = 0; i < path.size(); i++) {
            if (current == null || current.isNull()) {
                return new Found(null, null);
            }
            if (!(current instanceof JsonObject holder)) {
                List<String> way = path.subList(0, i + 1);
                return new Found(null, wrongKind(way, current, "map[string]interface{}"));
            }
            current = holder.get(path.get(i));
        }
        return new Found(current, null);
    }
}
