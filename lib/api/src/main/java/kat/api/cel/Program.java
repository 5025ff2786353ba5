package kat.api.cel;

/// A compiled expression.
///
/// **Threads:** any; each run has an [Evaluation] of its own.
public final class Program {

    private final Checked checked;
    private final Planner.Plan plan;

    Program(Checked checked) {
        this.checked = checked;
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

    /// What a run may cost at most.
    ///
    /// @param data the type, with sizes, of all its variables
    /// @return [Long#MAX_VALUE] when there is no bound
    public long worstCost(CelType data) {
        return new CostEstimate(checked, data).worst();
    }

    /// Its value for the variables of a run.
    ///
    /// @throws CelException when it has none
    public Object run(Evaluation evaluation) {
        evaluation.begin(plan.slots());
        return plan.step().run(evaluation);
    }
}
