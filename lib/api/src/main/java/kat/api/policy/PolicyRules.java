package kat.api.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import kat.api.cel.FieldNames;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import kat.api.policy.PolicyCompiler.Inputs;
import kat.api.validation.Node;

/// The rules of admission policies.
///
/// **Source:** `pkg/apis/admissionregistration/validation/validation.go`.
final class PolicyRules {

    private static final int MOST_ANNOTATIONS = 20;
    private static final int LONGEST_VALUE = 5 * 1024;
    private static final Pattern LINE_BREAK = Pattern.compile("[\\n\\r]+");
    private static final String[] MUTATING = {"*", "CONNECT", "CREATE", "UPDATE"};
    private static final String NOTHING_TO_DO =
            "validations or auditAnnotations must contain at least one item";

    private final Node policy;
    private final Node spec;
    private final Inputs inputs;
    private final PolicyCompiler compiler;

    private PolicyRules(Node policy, boolean composes) {
        this.policy = policy;
        this.spec = policy.child("spec");
        this.inputs = new Inputs(spec.has("paramKind"), true, false);
        this.compiler = PolicyCompiler.of(composes);
    }

    /// @param before the stored spec; empty for a creation
    static void validating(Node policy, JsonObject before) {
        boolean composes = !policy.child("spec", "variables").isEmpty();
        PolicyRules rules = new PolicyRules(policy, composes);
        rules.head();
        rules.conditions(before);
        rules.variables();
        rules.validations();
    }

    /// @param before the stored spec; empty for a creation
    static void mutating(Node policy, JsonObject before) {
        PolicyRules rules = new PolicyRules(policy, true);
        rules.head();
        operations(rules.spec.child("matchConstraints"));
        rules.conditions(before);
        rules.variables();
        rules.mutations();
        rules.spec.child("reinvocationPolicy").requireOneOf("IfNeeded", "Never");
    }

    private void head() {
        Node failure = spec.child("failurePolicy");
        if (failure.isSet()) {
            failure.oneOf("Fail", "Ignore");
        } else {
            failure.required();
        }
        if (spec.has("paramKind")) {
            paramKind(spec.child("paramKind"));
        }
        Node match = spec.child("matchConstraints");
        MatchRules.resources(match, true);
        if (match.isSet() && match.child("resourceRules").isEmpty()) {
            match.child("resourceRules").required();
        }
    }

    /// Objects can be changed while they are created and updated only.
    static void operations(Node match) {
        for (Node rule : match.child("resourceRules").items()) {
            for (Node operation : rule.child("operations").items()) {
                operation.at(match.path() + ".resourceRules.operations").oneOf(MUTATING);
            }
        }
    }

    private void conditions(JsonObject before) {
        boolean same =
                before.array("matchConditions").equals(spec.child("matchConditions").list())
                        && before.object("paramKind").equals(spec.child("paramKind").object());
        if (before.isEmpty() || !same) {
            MatchRules.conditions(spec.child("matchConditions"), inputs);
        }
    }

    private static void paramKind(Node kind) {
        Node version = kind.child("apiVersion");
        if (version.isEmpty()) {
            version.required();
        } else {
            version(version);
        }
        Node name = kind.child("kind");
        if (name.isEmpty()) {
            name.required();
            return;
        }
        List<String> faults = Names.dns1035Label(name.text().toLowerCase(Locale.ROOT));
        if (!faults.isEmpty()) {
            name.invalid(
                    "may have mixed case, but should otherwise match: " + String.join(",", faults));
        }
    }

    private static void version(Node place) {
        String text = place.text();
        int slash = text.indexOf('/');
        if (slash != text.lastIndexOf('/')) {
            place.invalid("unexpected GroupVersion string: " + text);
            return;
        }
        String group = slash < 0 || text.equals("/") ? "" : text.substring(0, slash);
        String version = text.equals("/") ? "" : text.substring(slash + 1);
        List<String> wrongGroup = group.isEmpty() ? List.of() : Names.dnsSubdomain(group);
        if (!wrongGroup.isEmpty()) {
            place.invalidText(group, String.join(",", wrongGroup));
        }
        if (version.isEmpty()) {
            place.invalid("version must be specified");
            return;
        }
        List<String> wrongVersion = Names.dns1035Label(version);
        if (!wrongVersion.isEmpty()) {
            place.invalidText(version, String.join(",", wrongVersion));
        }
    }

    private void variables() {
        for (Node variable : spec.child("variables").items()) {
            Node name = variable.child("name");
            if (name.text().isBlank()) {
                name.required("name is not specified");
            } else if (!FieldNames.isIdentifier(name.text())) {
                name.invalid("must be a valid CEL identifier");
            }
            Node expression = variable.child("expression");
            if (expression.text().isBlank()) {
                expression.required("expression is not specified");
            } else {
                Compiled made = compiler.variable(name.text(), expression.text(), inputs);
                report(expression, made);
            }
        }
    }

    static void report(Node expression, Compiled compiled) {
        if (!compiled.isUsable() && compiled.isInternal()) {
            expression.internal(compiled.problem());
        } else if (!compiled.isUsable()) {
            expression.invalid(compiled.problem());
        }
    }

    private void validations() {
        Node validations = spec.child("validations");
        Node annotations = spec.child("auditAnnotations");
        if (validations.isEmpty() && annotations.isEmpty()) {
            validations.required(NOTHING_TO_DO);
            annotations.required(NOTHING_TO_DO);
            return;
        }
        validations.items().forEach(this::validation);
        if (annotations.list().size() > MOST_ANNOTATIONS) {
            annotations.invalid("must not have more than 20 auditAnnotations");
        }
        Set<String> keys = new HashSet<>();
        for (Node annotation : annotations.items()) {
            annotation(annotation);
            if (!keys.add(annotation.child("key").text())) {
                annotation.child("key").with(Json.of(annotation.child("key").text())).duplicate();
            }
        }
    }

    private void validation(Node validation) {
        Node expression = validation.child("expression");
        if (expression.text().isBlank()) {
            expression.required("expression is not specified");
        } else {
            report(expression, compiler.compile(expression.text(), Returns.BOOL, inputs));
        }
        Node computed = validation.child("messageExpression");
        if (!computed.text().isEmpty() && computed.text().isBlank()) {
            computed.invalid("must be non-empty if specified");
        } else if (!computed.text().isEmpty()) {
            Inputs withoutAuthorizer = new Inputs(inputs.params(), false, false);
            report(computed, compiler.compile(computed.text(), Returns.STRING, withoutAuthorizer));
        }
        Node message = validation.child("message");
        if (!message.text().isEmpty() && message.text().isBlank()) {
            message.invalid("must be non-empty if specified");
        } else if (LINE_BREAK.matcher(message.text().strip()).find()) {
            message.invalid("must not contain line breaks");
        }
        validation.child("reason").oneOf("Forbidden", "Invalid", "RequestEntityTooLarge");
    }

    private void annotation(Node annotation) {
        String name = policy.child("metadata", "name").text();
        Node key = annotation.child("key");
        if (name.isEmpty()) {
            key.invalidText(key.text(), "requires metadata.name be non-empty");
        } else {
            String whole = name + "/" + key.text();
            key.with(Json.of(whole)).invalidAll(Names.qualifiedName(whole));
        }
        Node value = annotation.child("valueExpression");
        String text = value.text().strip();
        if (text.isEmpty()) {
            value.required("valueExpression is not specified");
        } else if (text.length() > LONGEST_VALUE) {
            value.required("must not exceed 5120 bytes in length");
        } else {
            report(value, compiler.compile(text, Returns.STRING_OR_NULL, inputs));
        }
    }

    private void mutations() {
        Node mutations = spec.child("mutations");
        if (mutations.isEmpty()) {
            mutations.required("mutations must contain at least one item");
        }
        for (Node mutation : mutations.items()) {
            Node type = mutation.child("patchType");
            switch (type.text()) {
                case "" -> type.required();
                case "JSONPatch" ->
                        mutation(mutation, "jsonPatch", "applyConfiguration", Returns.PATCH);
                case "ApplyConfiguration" ->
                        mutation(mutation, "applyConfiguration", "jsonPatch", Returns.OBJECT);
                default -> type.unsupported("ApplyConfiguration", "JSONPatch");
            }
        }
    }

    private void mutation(Node mutation, String wanted, String other, Returns returns) {
        Node own = mutation.child(wanted);
        String when = " when patchType is " + mutation.child("patchType").text();
        if (!own.isSet()) {
            own.required("must be specified" + when);
        } else if (own.child("expression").text().isBlank()) {
            own.child("expression").required();
        } else {
            Node expression = own.child("expression");
            Inputs withPatches = new Inputs(inputs.params(), true, true);
            String text = expression.text().strip();
            report(expression.with(Json.of(text)), compiler.compile(text, returns, withPatches));
        }
        if (mutation.has(other)) {
            mutation.child(other).invalidText("{" + other + "}", "must not be specified" + when);
        }
    }
}
