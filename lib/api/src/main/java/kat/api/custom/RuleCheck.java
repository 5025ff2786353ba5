package kat.api.custom;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.Status;
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

    /// What costs less is not named where the cost of all is too high.
    private static final long WORTH_NAMING = SCHEMA_LIMIT / 100;

    private static final int MOST_NAMED = 4;
    private static final String RULES = "x-kubernetes-validations";
    private static final String NO_TYPE =
            "Internal error: internal error: failed to construct type information for"
                    + " x-kubernetes-validations rules: unable to convert structural schema to CEL"
                    + " declarations";

    private final Faults faults;
    private final Set<String> broken;
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

    private RuleCheck(Faults faults, Set<String> broken, boolean ignoresCost) {
        this.faults = faults;
        this.broken = broken;
        this.ignoresCost = ignoresCost;
    }

    /// Rules of a place in or below which something else is wrong are not compiled.
    ///
    /// @param oldSpec of the stored definition; null for a new one
    /// @param wrong what else is wrong with the schema
    static void check(
            String path,
            JsonObject schema,
            @Nullable JsonObject oldSpec,
            List<Status.Cause> wrong,
            Faults faults) {
        if (!SchemaTree.has(schema, place -> place.has(RULES))) {
            return;
        }
        Set<String> broken = new HashSet<>();
        wrong.forEach(cause -> broken.add(cause.field()));
        RuleCheck check = new RuleCheck(faults, broken, isUnchanged(schema, oldSpec));
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

    /// What is below comes first, as in Kubernetes.
    private void place(String path, JsonObject schema, boolean isRoot, Where where) {
        inside(path, schema, where);
        List<JsonObject> rules = schema.array(RULES).objects();
        if (rules.isEmpty() || isBroken(path)) {
            return;
        }
        CelType type = RuleTypes.of(schema, isRoot);
        if (type == null) {
            faults.add("InternalError", path + "." + RULES, NO_TYPE);
            return;
        }
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = Rule.compile(rules.get(i), schema, type);
            rule(Faults.index(path + "." + RULES, i), rule, type, where);
        }
    }

    private boolean isBroken(String path) {
        return broken.stream()
                .anyMatch(
                        field ->
                                field.equals(path)
                                        || field.startsWith(path + ".")
                                        || field.startsWith(path + "["));
    }

    private void inside(String path, JsonObject schema, Where where) {
        if (schema.get("additionalProperties") instanceof JsonObject values) {
            Where each =
                    where.times(schema.integer("maxProperties", 0), schema.has("maxProperties"));
            place(path + ".additionalProperties", values, isEmbedded(values), each);
        }
        schema.object("properties")
                .forEach(
                        (name, inner) -> {
                            JsonObject property = Faults.object(inner);
                            place(
                                    Faults.key(path + ".properties", name),
                                    property,
                                    isEmbedded(property),
                                    where);
                        });
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
            faults.invalidText(path + ".rule", shown(rule.source()), rule.problem());
            unused(path, rule);
            return;
        }
        if (!rule.messageProblem().isEmpty()) {
            faults.invalidText(
                    path + ".messageExpression", shown(rule.source()), rule.messageProblem());
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

    /// A rule as Kubernetes tells of it: all its fields, by the names that they have in Go, and
    /// in the order that they have there.
    private static String shown(JsonObject rule) {
        return "{\"Rule\":"
                + Json.of(rule.string("rule"))
                + ",\"Message\":"
                + Json.of(rule.string("message"))
                + ",\"MessageExpression\":"
                + Json.of(rule.string("messageExpression"))
                + ",\"Reason\":"
                + rule.get("reason")
                + ",\"FieldPath\":"
                + Json.of(rule.string("fieldPath"))
                + ",\"OptionalOldSelf\":"
                + rule.get("optionalOldSelf")
                + "}";
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
        if (cost >= WORTH_NAMING) {
            costly.add(new Costly(path, cost));
        }
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
        for (Costly each : costly.subList(0, Math.min(MOST_NAMED, costly.size()))) {
            faults.forbidden(
                    each.path(),
                    "contributed to estimated rule cost total exceeding cost limit for entire"
                            + " OpenAPIv3 schema");
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
