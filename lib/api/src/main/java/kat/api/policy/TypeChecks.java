package kat.api.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.cel.CelType;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.policy.PolicyCompiler.Inputs;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// Finds expressions of a validating policy that do not fit the types of what it is about. What is
/// found is only told: it changes nothing about what the policy does.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/admission/plugin/policy/validating/typechecking.go`.
public final class TypeChecks {

    /// More kinds are not looked at.
    private static final int MOST_KINDS = 10;

    private final KindTable kinds;
    private final Function<Kind, @Nullable Schema> schemas;

    /// @param kinds those that are served
    /// @param schemas of kinds; null for one without
    public TypeChecks(KindTable kinds, Function<Kind, @Nullable Schema> schemas) {
        this.kinds = kinds;
        this.schemas = schemas;
    }

    /// The `expressionWarnings` of a policy; empty when all is well.
    public JsonArray check(JsonObject policy) {
        JsonObject spec = policy.object("spec");
        SequencedMap<String, CelType> types = types(spec);
        List<Json> warnings = new ArrayList<>();
        int index = 0;
        for (JsonObject validation : spec.array("validations").objects()) {
            String path = "spec.validations[" + index++ + "].";
            for (String field : List.of("expression", "messageExpression")) {
                String expression = validation.string(field);
                String found = expression.isEmpty() ? "" : check(spec, types, expression);
                if (!found.isEmpty()) {
                    warnings.add(
                            JsonObject.of(
                                    "fieldRef", Json.of(path + field), "warning", Json.of(found)));
                }
            }
        }
        return new JsonArray(warnings);
    }

    private String check(JsonObject spec, SequencedMap<String, CelType> types, String expression) {
        List<String> found = new ArrayList<>();
        Inputs inputs = new Inputs(spec.has("paramKind"), true, false);
        types.forEach(
                (kind, type) -> {
                    PolicyCompiler compiler = PolicyCompiler.typed(type, params(spec));
                    for (JsonObject each : spec.array("variables").objects()) {
                        compiler.variable(each.string("name"), each.string("expression"), inputs);
                    }
                    String fault = compiler.fault(expression, inputs);
                    if (!fault.isEmpty()) {
                        found.add(kind + ": " + fault + "\n");
                    }
                });
        return String.join("\n", found);
    }

    private CelType params(JsonObject spec) {
        JsonObject reference = spec.object("paramKind");
        Kind kind = kinds.byKind(reference.string("apiVersion"), reference.string("kind"));
        return kind == null ? CelType.DYN : type(kind);
    }

    private CelType type(Kind kind) {
        Schema schema = schemas.apply(kind);
        return schema == null ? CelType.DYN : SchemaTypes.of(schema);
    }

    /// The types of the kinds that the policy names, by these as messages show them.
    private SequencedMap<String, CelType> types(JsonObject spec) {
        TreeSet<Kind> named =
                new TreeSet<>(
                        Comparator.comparing(Kind::group)
                                .thenComparing(Kind::version)
                                .thenComparing(Kind::kind));
        for (JsonObject rule : spec.object("matchConstraints").array("resourceRules").objects()) {
            collect(rule, named);
        }
        SequencedMap<String, CelType> types = new TreeMap<>();
        for (Kind kind : named) {
            Schema schema = schemas.apply(kind);
            if (schema != null && types.size() < MOST_KINDS) {
                String version = kind.group().isEmpty() ? "/" + kind.version() : kind.apiVersion();
                types.put(version + ", Kind=" + kind.kind(), SchemaTypes.of(schema));
            }
        }
        return types;
    }

    private void collect(JsonObject rule, Set<Kind> named) {
        for (String group : withoutWildcards(rule, "apiGroups")) {
            for (String version : withoutWildcards(rule, "apiVersions")) {
                for (String resource : rule.array("resources").strings()) {
                    Kind kind = kinds.byResource(group, version, resource);
                    if (kind != null) {
                        named.add(kind);
                    }
                }
            }
        }
    }

    private static List<String> withoutWildcards(JsonObject rule, String field) {
        List<String> values = rule.array(field).strings();
        return values.stream().anyMatch(value -> value.contains("*")) ? List.of() : values;
    }
}
