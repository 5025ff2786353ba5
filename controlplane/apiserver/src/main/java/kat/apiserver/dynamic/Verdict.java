package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kat.api.cel.CelException;
import kat.api.cel.Environment;
import kat.api.policy.Compiled;
import org.jspecify.annotations.Nullable;

/// What a validating policy says with one set of parameters.
///
/// **Source:** `apiserver/pkg/admission/plugin/policy/validating/validator.go`.
record Verdict(List<Decision> decisions, List<Note> notes) {

    private static final Verdict NOTHING = new Verdict(List.of(), List.of());
    private static final int LONGEST_MESSAGE = 5 * 1024;

    /// About one validation.
    ///
    /// @param message why it is denied, or what failure is ignored; empty for neither
    /// @param reason of a denial; may be empty
    record Decision(boolean isDenied, String message, String reason) {

        static final Decision ADMIT = new Decision(false, "", "");

        static Decision deny(String message, String reason) {
            return new Decision(true, message, reason);
        }
    }

    /// For the audit log.
    ///
    /// @param error why there is no value; empty when there is
    record Note(String key, String value, String error) {}

    /// @param activations gives one with fresh variables for each part of the policy
    static Verdict of(Policy policy, Supplier<Activation> activations) {
        try {
            if (!policy.conditions().isEmpty()) {
                Activation activation = activations.get().composed(policy.variables());
                if (!policy.conditions().hold(activation)) {
                    return NOTHING;
                }
            }
            List<Decision> decisions = decisions(policy, activations);
            return new Verdict(decisions, notes(policy, activations));
        } catch (MatchConditions.Failure | Budget.Exhausted e) {
            return failed(policy, String.valueOf(e.getMessage()));
        }
    }

    private static Verdict failed(Policy policy, String message) {
        return new Verdict(List.of(onFailure(policy, message)), List.of());
    }

    private static Decision onFailure(Policy policy, String message) {
        return new Decision(!policy.ignoresFailures(), message, "");
    }

    private static List<Decision> decisions(Policy policy, Supplier<Activation> activations)
            throws Budget.Exhausted {
        Budget budget = new Budget(Environment.OBJECT_BUDGET);
        Activation activation = activations.get().composed(policy.variables());
        List<Decision> decisions = new ArrayList<>();
        for (Policy.Validation each : policy.validations()) {
            try {
                boolean holds = activation.run(each.expression(), budget) == Boolean.TRUE;
                decisions.add(
                        holds
                                ? Decision.ADMIT
                                : Decision.deny(
                                        message(each, activation, budget),
                                        each.reason().isEmpty() ? "Invalid" : each.reason()));
            } catch (CelException e) {
                decisions.add(onFailure(policy, String.valueOf(e.getMessage())));
            }
        }
        return decisions;
    }

    private static String message(
            Policy.Validation validation, Activation activation, Budget budget) {
        String computed = computed(validation.computedMessage(), activation, budget);
        if (!computed.isEmpty()) {
            return computed;
        }
        return validation.message().isEmpty()
                ? "failed expression: " + validation.expression().expression().strip()
                : validation.message();
    }

    private static String computed(
            @Nullable Compiled message, Activation activation, Budget budget) {
        if (message == null) {
            return "";
        }
        try {
            Object value = activation.run(message, budget);
            String text = value instanceof String own ? own.strip() : "";
            return text.length() > LONGEST_MESSAGE || text.indexOf('\n') >= 0 ? "" : text;
        } catch (CelException | Budget.Exhausted noMessage) {
            return "";
        }
    }

    private static List<Note> notes(Policy policy, Supplier<Activation> activations)
            throws Budget.Exhausted {
        Budget budget = new Budget(Environment.OBJECT_BUDGET);
        List<Note> notes = new ArrayList<>();
        Activation activation = activations.get().composed(policy.variables());
        for (Policy.Annotation each : policy.annotations()) {
            try {
                Object value = activation.run(each.value(), budget);
                if (value instanceof String text && !text.isBlank()) {
                    notes.add(new Note(each.key(), text.strip(), ""));
                }
            } catch (CelException e) {
                if (!policy.ignoresFailures()) {
                    notes.add(new Note(each.key(), "", String.valueOf(e.getMessage())));
                }
            }
        }
        return notes;
    }
}
