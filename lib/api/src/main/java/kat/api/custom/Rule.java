package kat.api.custom;

import java.util.Map;
import kat.api.cel.CelType;
import kat.api.cel.CompileException;
import kat.api.cel.Environment;
import kat.api.cel.Program;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// One entry of `x-kubernetes-validations`, compiled.
///
/// @param source as it was written
/// @param program null when it could not be compiled
/// @param message computes the message; null when none is given or it could not be compiled
/// @param problem why there is no program; empty when there is
/// @param messageProblem why there is no message; empty when there is or none is wanted
/// @param fieldPath where its faults are told, below the value; empty for the value itself
record Rule(
        JsonObject source,
        @Nullable Program program,
        @Nullable Program message,
        String problem,
        String messageProblem,
        String fieldPath) {

    static final String SELF = "self";
    static final String OLD_SELF = "oldSelf";

    /// @param type of the value that is checked
    static Rule compile(JsonObject source, JsonObject schema, CelType type) {
        boolean optional = source.bool("optionalOldSelf");
        Environment environment =
                new Environment(
                        Map.of(SELF, type, OLD_SELF, optional ? CelType.optional(type) : type));
        FieldPath.Found path = FieldPath.find(source.string("fieldPath"), schema, true);
        String at = path.isValid() ? path.path() : "";
        Program program;
        try {
            program = environment.compile(source.string("rule"));
        } catch (CompileException e) {
            String problem = failed(e, "program instantiation", "compilation");
            return new Rule(source, null, null, problem, "", at);
        }
        if (program.type().form() != CelType.Form.BOOL) {
            String problem = "cel expression must evaluate to a bool";
            return new Rule(source, null, null, problem, "", at);
        }
        return withMessage(new Rule(source, program, null, "", "", at), environment);
    }

    private static Rule withMessage(Rule rule, Environment environment) {
        String expression = rule.source().string("messageExpression");
        if (expression.isEmpty()) {
            return rule;
        }
        try {
            Program message = environment.compile(expression);
            return message.type().form() == CelType.Form.STRING
                    ? rule.with(message, "")
                    : rule.with(null, "messageExpression must evaluate to a string");
        } catch (CompileException e) {
            return rule.with(
                    null,
                    failed(e, "messageExpression instantiation", "messageExpression compilation"));
        }
    }

    private static String failed(CompileException fault, String instantiation, String otherwise) {
        String step = fault.isInstantiation() ? instantiation : otherwise;
        return step + " failed: " + fault.getMessage();
    }

    private Rule with(@Nullable Program computed, String computedProblem) {
        return new Rule(source, program, computed, problem, computedProblem, fieldPath);
    }

    boolean usesOldSelf() {
        Program compiled = program;
        return compiled != null && compiled.uses(OLD_SELF);
    }

    boolean isOldSelfOptional() {
        return source.bool("optionalOldSelf");
    }
}
