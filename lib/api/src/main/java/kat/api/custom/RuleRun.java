package kat.api.custom;

import java.util.Optional;
import kat.api.cel.CelException;
import kat.api.cel.Data;
import kat.api.cel.Environment;
import kat.api.cel.Evaluation;
import kat.api.cel.Program;
import kat.api.custom.RuleSet.Prior;
import kat.api.json.Json;
import org.jspecify.annotations.Nullable;

/// Evaluates the rules of one object, within what all of them together may cost.
///
/// **Threads:** one.
final class RuleRun {

    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will"
                    + " be run";

    private final Faults faults;
    private long budget = Environment.OBJECT_BUDGET;

    RuleRun(Faults faults) {
        this.faults = faults;
    }

    void visit(RuleSet set, String path, Json value, Prior prior) {
        if (value.isNull() || budget < 0 || set.isEmpty()) {
            return;
        }
        for (Rule rule : set.rules()) {
            if (budget < 0) {
                return;
            }
            rule(set, rule, path, value, prior);
        }
        set.inside(path, value, prior, this::visit);
    }

    private void rule(RuleSet set, Rule rule, String path, Json value, Prior prior) {
        Json shown = Json.of(set.schema().string("type"));
        Program program = rule.program();
        if (program == null) {
            faults.invalid(path, shown, "rule compile error: " + rule.problem());
            return;
        }
        boolean wantsOld = rule.usesOldSelf();
        if (wantsOld && prior.value() == null && !rule.isOldSelfOptional()) {
            return;
        }
        Evaluation run = evaluation(set, rule, value, prior);
        try {
            Object holds = program.run(run);
            if (!spent(run, path, shown) || holds == Boolean.TRUE) {
                return;
            }
            broken(set, rule, path, value, prior);
        } catch (CelException e) {
            if (spent(run, path, shown)) {
                failed(rule, path, shown, String.valueOf(e.getMessage()));
            }
        }
    }

    private static Evaluation evaluation(RuleSet set, Rule rule, Json value, Prior prior) {
        @Nullable Json old = prior.value();
        return new Evaluation(
                name ->
                        switch (name) {
                            case Rule.SELF -> Data.of(value, set.type());
                            case Rule.OLD_SELF -> old(set, rule, old);
                            default -> null;
                        },
                Environment.CALL_LIMIT);
    }

    private static @Nullable Object old(RuleSet set, Rule rule, @Nullable Json old) {
        Object known = old == null || old.isNull() ? null : Data.of(old, set.type());
        return rule.isOldSelfOptional() ? Optional.ofNullable(known) : known;
    }

    /// Takes what a run cost from the budget; false when that is more than there is.
    private boolean spent(Evaluation run, String path, Json shown) {
        if (run.cost() > budget) {
            faults.invalid(path, shown, OUT_OF_BUDGET);
            budget = -1;
            return false;
        }
        budget -= run.cost();
        return true;
    }

    private void failed(Rule rule, String path, Json shown, String error) {
        String named = name(rule);
        if (error.startsWith("no such overload")) {
            faults.invalid(
                    path,
                    shown,
                    "'"
                            + error
                            + "': call arguments did not match a supported operator, function or"
                            + " macro signature for rule: "
                            + named);
        } else if (error.startsWith("operation cancelled: actual cost limit exceeded")) {
            faults.invalid(
                    path,
                    shown,
                    "'"
                            + error
                            + "': no further validation rules will be run due to call cost exceeds"
                            + " limit for rule: "
                            + named);
            budget = -1;
        } else {
            faults.invalid(path, shown, error + " evaluating rule: " + named);
        }
    }

    private static String name(Rule rule) {
        String message = rule.source().string("message").strip();
        return message.isEmpty() ? rule.source().string("rule").strip() : message;
    }

    private static String standard(Rule rule) {
        String message = rule.source().string("message").strip();
        return message.isEmpty() ? "failed rule: " + rule.source().string("rule").strip() : message;
    }

    private void broken(RuleSet set, Rule rule, String path, Json value, Prior prior) {
        String at = rule.fieldPath().isEmpty() ? path : Faults.child(path, rule.fieldPath());
        Faults told = faults;
        boolean passes = !rule.usesOldSelf() && prior.allows(value);
        if (passes) {
            told = new Faults();
        }
        String detail = message(set, rule, value, prior);
        String type = set.schema().string("type");
        boolean isHidden = type.equals("object") || type.equals("array");
        String shown = isHidden ? detail : value + ": " + detail;
        switch (rule.source().string("reason")) {
            case "FieldValueForbidden" -> told.forbidden(at, detail);
            case "FieldValueRequired" -> told.required(at, detail);
            case "FieldValueDuplicate" ->
                    told.add(
                            "FieldValueDuplicate",
                            at,
                            isHidden ? "Duplicate value" : "Duplicate value: " + value);
            default -> told.add("FieldValueInvalid", at, "Invalid value: " + shown);
        }
        if (passes) {
            told.causes().forEach(faults::warn);
        }
    }

    /// The computed message where there is a good one, else the one that was written.
    private String message(RuleSet set, Rule rule, Json value, Prior prior) {
        Program computed = rule.message();
        if (computed == null) {
            return standard(rule);
        }
        Evaluation run = evaluation(set, rule, value, prior);
        try {
            Object text = computed.run(run);
            budget -= run.cost();
            boolean isGood =
                    text instanceof String own
                            && !own.isBlank()
                            && own.length() <= LONGEST_MESSAGE
                            && own.indexOf('\n') < 0;
            return isGood ? ((String) text).strip() : standard(rule);
        } catch (CelException e) {
            budget -= run.cost();
            return standard(rule);
        }
    }
}
