package kat.api.cel;

import java.util.Map;

/// A compiled expression.
///
/// **Threads:** any; each run has an [Evaluation] of its own.
public final class Program {

    private final Checked checked;
    private final Map<String, CelType> variables;
    private final Planner.Plan plan;

    Program(Checked checked, Map<String, CelType> variables) {
        this.checked = checked;
        this.variables = variables;
        this.plan = Planner.plan(checked);
    }

    /// The type of its values.
    public CelType type() {
        return checked.type(checked.expr());
    }

    /// Whether it names a declared variable.
    public boolean uses(String variable) {
        return checked.types().keySet().stream()
                .anyMatch(
                        part ->
                                part instanceof Expr.Ident(int _, String name)
                                        && name.equals(variable));
    }

    /// What a run may cost at most, from the declared sizes of its variables.
    ///
    /// @return [Long#MAX_VALUE] when there is no bound
    public long worstCost() {
        return new CostEstimate(checked, variables).worst();
    }

    /// Its value for the variables of a run.
    ///
    /// @throws CelException when it has none
    public Object run(Evaluation evaluation) {
        evaluation.begin(plan.slots());
        return plan.step().run(evaluation);
    }
}
