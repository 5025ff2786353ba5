package kat.api.custom;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.cel.CelType;
import kat.api.cel.Program;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Compiles the rules of a schema to see whether they can be, and what they may cost.
///
/// **Source:** `ValidateCustomResourceDefinitionOpenAPISchema` and `cel_validation.go` of the
/// apiextensions server.
final class RuleCheck {

    private static final long RULE_LIMIT = 10_000_000;
    private static final long SCHEMA_LIMIT = 100_000_000;
    private static final String RULES = "x-kubernetes-validations";
    private static final String NO_TYPE =
            "Internal error: internal error: failed to construct type information for"
                    + " x-kubernetes-validations rules: unable to convert structural schema to CEL"
                    + " declarations";

    private final Faults faults;
    private final boolean ignoresCost;
    private final List<Costly> costly = new ArrayList<>();
    private long total;

    private record Costly(String path, long cost) {}

    /// How often a place may be there in one object.
    ///
    /// @param count -1 when there is no bound
    /// @param uncorrelated the place above that cannot be told from an older one; empty when
    ///     all can
    private record Where(long count, String uncorrelated) {

        Where times(long most, boolean isBounded) {
            return new Where(count < 0 || !isBounded ? -1 : saturated(count, most), uncorrelated);
        }

        Where within(String path) {
            return uncorrelated.isEmpty() ? new Where(count, path) : this;
        }
    }

    private RuleCheck(Faults faults, boolean ignoresCost) {
        this.faults = faults;
        this.ignoresCost = ignoresCost;
    }

    /// @param oldSpec of the stored definition; null for a new one
    static void check(String path, JsonObject schema, @Nullable JsonObject oldSpec, Faults faults) {
        if (!SchemaTree.has(schema, place -> place.has(RULES))) {
            return;
        }
        RuleCheck check = new RuleCheck(faults, isUnchanged(schema, oldSpec));
        check.place(path, schema, true, new Where(1, ""));
        check.total(path);
    }

    private static boolean isUnchanged(JsonObject schema, @Nullable JsonObject oldSpec) {
        if (oldSpec == null) {
            return false;
        }
        for (JsonObject version : oldSpec.array("versions").objects()) {
            JsonObject before = DefinitionForm.schema(version);
            if (before != null && before.equals(schema)) {
                return true;
            }
        }
        return false;
    }

    private void place(String path, JsonObject schema, boolean isRoot, Where where) {
        List<JsonObject> rules = schema.array(RULES).objects();
        CelType type = rules.isEmpty() ? null : RuleTypes.of(schema, isRoot);
        if (type == null && !rules.isEmpty()) {
            faults.add("InternalError", path + "." + RULES, NO_TYPE);
        }
        for (int i = 0; i < rules.size(); i++) {
            if (type != null && !rules.get(i).string("rule").isBlank()) {
                Rule rule = Rule.compile(rules.get(i), schema, type);
                rule(Faults.index(path + "." + RULES, i), rule, type, where);
            }
        }
        inside(path, schema, where);
    }

    private void inside(String path, JsonObject schema, Where where) {
        boolean isAtomic = schema.string("x-kubernetes-map-type").equals("atomic");
        Where below = isAtomic ? where.within(path) : where;
        schema.object("properties")
                .forEach(
                        (name, inner) -> {
                            JsonObject property = Faults.object(inner);
                            place(
                                    Faults.key(path + ".properties", name),
                                    property,
                                    property.bool("x-kubernetes-embedded-resource"),
                                    below);
                        });
        if (schema.get("additionalProperties") instanceof JsonObject values) {
            Where each =
                    where.times(schema.integer("maxProperties", 0), schema.has("maxProperties"));
            place(path + ".additionalProperties", values, isEmbedded(values), each);
        }
        if (schema.get("items") instanceof JsonObject items) {
            boolean isMap = schema.string("x-kubernetes-list-type").equals("map");
            Where each = where.times(schema.integer("maxItems", 0), schema.has("maxItems"));
            place(path + ".items", items, isEmbedded(items), isMap ? each : each.within(path));
        }
    }

    private static boolean isEmbedded(JsonObject schema) {
        return schema.bool("x-kubernetes-embedded-resource");
    }

    private void rule(String path, Rule rule, CelType type, Where where) {
        cost(path + ".rule", "estimated rule cost", rule.program(), type, where);
        if (!rule.problem().isEmpty()) {
            faults.invalid(path + ".rule", rule.source(), rule.problem());
            unused(path, rule);
            return;
        }
        if (!rule.messageProblem().isEmpty()) {
            faults.invalid(path + ".messageExpression", rule.source(), rule.messageProblem());
        } else if (rule.message() != null) {
            Where once = new Where(1, "");
            cost(
                    path + ".messageExpression",
                    "estimated messageExpression cost",
                    rule.message(),
                    type,
                    once);
        }
        if (rule.usesOldSelf()) {
            if (!where.uncorrelated().isEmpty()) {
                faults.invalid(
                        path + ".rule",
                        rule.source().string("rule"),
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                                + where.uncorrelated());
            }
        } else {
            unused(path, rule);
        }
    }

    /// Tells that an option of `oldSelf` has nothing to go with.
    private void unused(String path, Rule rule) {
        if (rule.source().has("optionalOldSelf")) {
            faults.invalid(
                    path + ".optionalOldSelf",
                    Json.of(rule.isOldSelfOptional()),
                    "may not be set if oldSelf is not used in rule");
        }
    }

    private void cost(
            String path, String name, @Nullable Program program, CelType type, Where where) {
        if (program == null) {
            return;
        }
        long often =
                where.count() >= 0 ? where.count() : RuleTypes.MAX_REQUEST / (type.least() + 1);
        long cost = saturated(program.worstCost(type), often);
        if (cost > RULE_LIMIT && !ignoresCost) {
            faults.forbidden(path, exceeds(name, cost, RULE_LIMIT));
        }
        costly.add(new Costly(path, cost));
        total = total + cost < 0 ? Long.MAX_VALUE : total + cost;
    }

    private static long saturated(long a, long b) {
        if (a == 0 || b == 0) {
            return 0;
        }
        return a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }

    private void total(String path) {
        if (total <= SCHEMA_LIMIT) {
            return;
        }
        costly.sort((a, b) -> Long.compare(b.cost(), a.cost()));
        Set<String> told = new HashSet<>();
        for (Costly each : costly.subList(0, Math.min(4, costly.size()))) {
            if (told.add(each.path()) && each.cost() > 0) {
                faults.forbidden(
                        each.path(),
                        "contributed to estimated rule cost total exceeding cost limit for entire"
                                + " OpenAPIv3 schema");
            }
        }
        faults.forbidden(
                path,
                exceeds(
                        "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3"
                                + " schema",
                        total,
                        SCHEMA_LIMIT));
    }

    private static String exceeds(String name, long cost, long limit) {
        double factor = (double) cost / limit;
        String shown =
                factor > 100
                        ? "more than 100x"
                        : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return name
                + " exceeds budget by factor of "
                + shown
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength"
                + " where arrays, maps, and strings are declared)";
    }
}
