package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.policy.Compiled;
import kat.api.policy.PolicyCompiler;
import kat.api.policy.PolicyCompiler.Inputs;
import kat.api.policy.Returns;
import org.jspecify.annotations.Nullable;

/// An admission policy, compiled.
///
/// @param paramKind empty when it takes no parameters
/// @param variables in no order that matters: each is evaluated when it is asked for
/// @param validations of a validating policy
/// @param mutations of a mutating one
/// @param isCalledAgain whether later changes of the object make it act once more
record Policy(
        String name,
        Matching matching,
        MatchConditions conditions,
        boolean ignoresFailures,
        JsonObject paramKind,
        Map<String, Compiled> variables,
        List<Validation> validations,
        List<Annotation> annotations,
        List<Mutation> mutations,
        boolean isCalledAgain) {

    /// @param computedMessage null when it has none
    /// @param reason empty when none is given
    record Validation(
            Compiled expression,
            @Nullable Compiled computedMessage,
            String message,
            String reason) {}

    record Annotation(String key, Compiled value) {}

    /// @param isPatch whether it makes a JSON patch, not a configuration to apply
    record Mutation(Compiled expression, boolean isPatch) {}

    static Policy of(KubeObject policy) {
        return policy.view(Policy.class, Policy::compile);
    }

    private static Policy compile(KubeObject policy) {
        JsonObject spec = policy.spec();
        boolean ignores = spec.string("failurePolicy").equals("Ignore");
        PolicyCompiler compiler = PolicyCompiler.of(true);
        Inputs inputs = new Inputs(spec.has("paramKind"), true, false);
        Map<String, Compiled> variables = new TreeMap<>();
        for (JsonObject each : spec.array("variables").objects()) {
            String name = each.string("name");
            variables.put(name, compiler.variable(name, each.string("expression"), inputs));
        }
        return new Policy(
                policy.name(),
                Matching.ofResources(spec.object("matchConstraints")),
                MatchConditions.parse(spec, compiler, inputs, ignores),
                ignores,
                spec.object("paramKind"),
                variables,
                validations(spec, compiler, inputs),
                annotations(spec, compiler, inputs),
                mutations(spec, compiler, inputs),
                spec.string("reinvocationPolicy").equals("IfNeeded"));
    }

    private static List<Validation> validations(
            JsonObject spec, PolicyCompiler compiler, Inputs inputs) {
        List<Validation> validations = new ArrayList<>();
        Inputs ofMessages = new Inputs(inputs.params(), false, false);
        for (JsonObject each : spec.array("validations").objects()) {
            String message = each.string("messageExpression");
            validations.add(
                    new Validation(
                            compiler.compile(each.string("expression"), Returns.BOOL, inputs),
                            message.isEmpty()
                                    ? null
                                    : compiler.compile(message, Returns.STRING, ofMessages),
                            each.string("message").strip(),
                            each.string("reason")));
        }
        return validations;
    }

    private static List<Annotation> annotations(
            JsonObject spec, PolicyCompiler compiler, Inputs inputs) {
        List<Annotation> annotations = new ArrayList<>();
        for (JsonObject each : spec.array("auditAnnotations").objects()) {
            String value = each.string("valueExpression");
            annotations.add(
                    new Annotation(
                            each.string("key"),
                            compiler.compile(value, Returns.STRING_OR_NULL, inputs)));
        }
        return annotations;
    }

    private static List<Mutation> mutations(
            JsonObject spec, PolicyCompiler compiler, Inputs inputs) {
        List<Mutation> mutations = new ArrayList<>();
        Inputs withPatches = new Inputs(inputs.params(), true, true);
        for (JsonObject each : spec.array("mutations").objects()) {
            boolean isPatch = each.string("patchType").equals("JSONPatch");
            String expression =
                    each.object(isPatch ? "jsonPatch" : "applyConfiguration").string("expression");
            Returns returns = isPatch ? Returns.PATCH : Returns.OBJECT;
            mutations.add(
                    new Mutation(compiler.compile(expression, returns, withPatches), isPatch));
        }
        return mutations;
    }
}
