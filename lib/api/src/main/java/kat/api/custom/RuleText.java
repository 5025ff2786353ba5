package kat.api.custom;

import java.util.List;
import kat.api.json.JsonObject;

/// What an entry of `x-kubernetes-validations` says beside its expressions.
///
/// **Source:** `ValidateCustomResourceDefinitionOpenAPISchema` of the apiextensions server.
final class RuleText {

    private RuleText() {}

    static void check(String path, JsonObject schema, Faults faults) {
        List<JsonObject> rules = schema.array("x-kubernetes-validations").objects();
        for (int i = 0; i < rules.size(); i++) {
            rule(Faults.index(path + ".x-kubernetes-validations", i), rules.get(i), faults);
            String field = rules.get(i).string("fieldPath");
            if (!field.isEmpty() && !FieldPath.find(field, schema, true).isValid()) {
                faults.invalid(
                        Faults.index(path + ".x-kubernetes-validations", i) + ".fieldPath",
                        field,
                        "must be a valid path");
            }
        }
    }

    private static void rule(String path, JsonObject rule, Faults faults) {
        String expression = rule.string("rule").strip();
        String message = rule.string("message");
        String trimmed = message.strip();
        if (expression.isEmpty()) {
            faults.required(path + ".rule", "rule is not specified");
        } else if (!message.isEmpty() && trimmed.isEmpty()) {
            faults.invalid(path + ".message", message, "must be non-empty if specified");
        } else if (hasLines(trimmed)) {
            faults.invalid(path + ".message", message, "must not contain line breaks");
        } else if (hasLines(expression) && trimmed.isEmpty()) {
            faults.required(
                    path + ".message", "message must be specified if rule contains line breaks");
        }
        String computed = rule.string("messageExpression");
        if (!computed.isEmpty() && computed.isBlank()) {
            faults.required(
                    path + ".messageExpression",
                    "messageExpression must be non-empty if specified");
        }
        String reason = rule.string("reason", "FieldValueInvalid");
        switch (reason) {
            case "FieldValueDuplicate",
                    "FieldValueForbidden",
                    "FieldValueInvalid",
                    "FieldValueRequired" -> {}
            default ->
                    faults.unsupported(
                            path + ".reason",
                            reason,
                            "FieldValueDuplicate",
                            "FieldValueForbidden",
                            "FieldValueInvalid",
                            "FieldValueRequired");
        }
        String field = rule.string("fieldPath");
        if (!field.isEmpty() && field.isBlank()) {
            faults.invalid(path + ".fieldPath", field, "must be non-empty if specified");
        }
        if (hasLines(field)) {
            faults.invalid(path + ".fieldPath", field, "must not contain line breaks");
        }
    }

    private static boolean hasLines(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }
}
