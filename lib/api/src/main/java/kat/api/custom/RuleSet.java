package kat.api.custom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.cel.CelType;
import kat.api.cel.FieldNames;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The rules of `x-kubernetes-validations` of one schema, compiled, at the places that they check.
///
/// **Threads:** immutable.
///
/// **Source:** `pkg/apiserver/schema/cel/validation.go` of the apiextensions server.
final class RuleSet {

    private static final RuleSet NONE = new RuleSet(JsonObject.EMPTY, CelType.DYN, false);

    private final JsonObject schema;
    private final CelType type;
    private final boolean isRoot;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, RuleSet> properties = new LinkedHashMap<>();
    private @Nullable RuleSet items;
    private @Nullable RuleSet values;

    private RuleSet(JsonObject schema, CelType type, boolean isRoot) {
        this.schema = schema;
        this.type = type;
        this.isRoot = isRoot;
    }

    /// The rules of a whole object's schema.
    static RuleSet compile(JsonObject openApi) {
        return of(openApi, true);
    }

    /// The rules of a part of a schema.
    static RuleSet of(JsonObject schema, boolean isRoot) {
        if (!SchemaTree.has(schema, place -> place.has("x-kubernetes-validations"))) {
            return NONE;
        }
        CelType type = RuleTypes.of(schema, isRoot);
        return type == null ? NONE : new RuleSet(schema, type, isRoot).filled();
    }

    private RuleSet filled() {
        for (JsonObject source : schema.array("x-kubernetes-validations").objects()) {
            if (!source.string("rule").isBlank()) {
                rules.add(Rule.compile(source, schema, type));
            }
        }
        schema.object("properties")
                .forEach(
                        (name, inner) -> {
                            RuleSet set = inside(Faults.object(inner));
                            boolean isSeen = !FieldNames.escape(name).isEmpty();
                            if (!set.isEmpty() && (isSeen || !set.rules.isEmpty())) {
                                properties.put(name, set);
                            }
                        });
        if (schema.get("items") instanceof JsonObject inner) {
            items = inside(inner);
        }
        if (schema.get("additionalProperties") instanceof JsonObject inner) {
            values = inside(inner);
        }
        return this;
    }

    private static RuleSet inside(JsonObject schema) {
        return of(schema, schema.bool("x-kubernetes-embedded-resource"));
    }

    boolean isEmpty() {
        return rules.isEmpty() && properties.isEmpty() && isNone(items) && isNone(values);
    }

    private static boolean isNone(@Nullable RuleSet set) {
        return set == null || set.isEmpty();
    }

    JsonObject schema() {
        return schema;
    }

    CelType type() {
        return type;
    }

    List<Rule> rules() {
        return rules;
    }

    boolean isRoot() {
        return isRoot;
    }

    /// Checks an object.
    ///
    /// @param old the stored one; null for a creation
    void check(JsonObject object, @Nullable JsonObject old, Faults faults) {
        new RuleRun(faults).visit(this, "", object, Prior.of(old));
    }

    /// Checks a default, as what is new and as what stays.
    void checkDefault(String path, Json value, Faults faults) {
        int before = faults.size();
        new RuleRun(faults).visit(this, path, value, Prior.uncorrelated(value));
        if (faults.size() == before) {
            new RuleRun(faults).visit(this, path, value, Prior.NONE);
        }
    }

    /// What a value was before.
    ///
    /// @param value null when it was not there, or cannot be told
    /// @param isCorrelated whether it stands for this very place
    /// @param isSameAround whether the nearest place that can be told is as it was
    record Prior(@Nullable Json value, boolean isCorrelated, boolean isSameAround) {

        static final Prior NONE = new Prior(null, false, false);

        static Prior of(@Nullable Json value) {
            return value == null ? NONE : new Prior(value, true, false);
        }

        static Prior uncorrelated(Json value) {
            return new Prior(value, false, false);
        }

        /// Whether what is wrong with a value may stay as it is.
        boolean allows(Json now) {
            return isCorrelated ? now.equals(value) : isSameAround;
        }

        Prior inner(@Nullable Json inner, Json around) {
            boolean same = isCorrelated ? around.equals(value) : isSameAround;
            return new Prior(inner, isCorrelated && inner != null, same);
        }
    }

    /// Calls back for each place below a value that has rules.
    void inside(String path, Json value, Prior prior, Visitor visitor) {
        switch (value) {
            case JsonObject object -> {
                JsonObject old = Faults.object(orEmpty(prior.value()));
                for (int i = 0; i < object.size(); i++) {
                    String name = object.nameAt(i);
                    Json member = object.valueAt(i);
                    RuleSet set = properties.get(name);
                    Prior inner = prior.inner(old.get(name), value);
                    if (set != null) {
                        visitor.visit(set, Faults.child(path, name), member, inner);
                    } else if (values != null && !schema.object("properties").has(name)) {
                        visitor.visit(values, Faults.key(path, name), member, inner);
                    }
                }
            }
            case JsonArray list when items != null -> {
                OldItems old = OldItems.of(schema, prior.value());
                for (int i = 0; i < list.size(); i++) {
                    Prior inner = prior.inner(old.matching(list.get(i)), value);
                    visitor.visit(items, Faults.index(path, i), list.get(i), inner);
                }
            }
            default -> {}
        }
    }

    private static Json orEmpty(@Nullable Json value) {
        return value == null ? JsonObject.EMPTY : value;
    }

    /// Sees places with rules.
    interface Visitor {
        void visit(RuleSet set, String path, Json value, Prior prior);
    }
}
