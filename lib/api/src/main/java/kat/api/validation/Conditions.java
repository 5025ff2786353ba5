package kat.api.validation;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.names.Names;

/// The rules for lists of conditions of the form that all kinds share.
///
/// **Source:** `ValidateConditions` of apimachinery's `meta/v1/validation`.
public final class Conditions {

    private static final String REASON = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";

    private static final Pattern REASONS = Pattern.compile(REASON);

    private static final int MAX_REASON = 1024;

    private static final int MAX_MESSAGE = 32 * 1024;

    private Conditions() {}

    public static void check(Node conditions) {
        Set<String> types = new HashSet<>();
        for (Node condition : conditions.items()) {
            Node type = condition.child("type");
            if (!types.add(type.text())) {
                type.duplicate(Json.of(type.text()));
            }
            condition(condition);
        }
    }

    private static void condition(Node condition) {
        Node type = condition.child("type");
        type.invalidAll(Names.qualifiedName(type.text()));
        Node status = condition.child("status");
        status.with(Json.of(status.text())).oneOf("False", "True", "Unknown");
        if (condition.child("observedGeneration").integer() < 0) {
            condition.child("observedGeneration").invalid("must be greater than or equal to zero");
        }
        condition.child("lastTransitionTime").requireNotEmpty();
        reason(condition.child("reason"));
        if (condition.child("message").bytes() > MAX_MESSAGE) {
            condition.child("message").tooLong(MAX_MESSAGE);
        }
    }

    private static void reason(Node reason) {
        if (reason.isEmpty()) {
            reason.required();
            return;
        }
        if (!REASONS.matcher(reason.text()).matches()) {
            reason.invalid(
                    "a condition reason must start with alphabetic character, optionally followed"
                            + " by a string of alphanumeric characters or '_,:', and must end with"
                            + " an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME', "
                            + " or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex"
                            + " used for validation is '"
                            + REASON
                            + "')");
        }
        if (reason.bytes() > MAX_REASON) {
            reason.tooLong(MAX_REASON);
        }
    }
}
