package kat.api.cel;

import java.util.List;
import java.util.Map;

/// What expressions may use: declared variables and Kubernetes' functions.
///
/// ```java
/// Environment rules = new Environment(Map.of("self", CelType.DYN));
/// Program program = rules.compile("self.size < 10");
/// Evaluation run = new Evaluation(name -> Data.of(object, CelType.DYN), Environment.CALL_LIMIT);
/// boolean holds = program.run(run) == Boolean.TRUE;
/// ```
///
/// **Threads:** immutable.
///
/// **Source:** `apiserver/pkg/cel/environment/base.go`.
public final class Environment {

    /// What one evaluation may cost.
    public static final long CALL_LIMIT = 1_000_000;

    /// What all rules of one object may cost.
    public static final long OBJECT_BUDGET = 10_000_000;

    /// What all match conditions of one webhook or policy may cost.
    public static final long MATCH_BUDGET = 2_500_000;

    private final Map<String, CelType> variables;
    private final boolean writesPatches;
    private final boolean binds;

    /// @param variables the declared ones by name; names may have dots
    public Environment(Map<String, CelType> variables) {
        this(variables, false, false);
    }

    private Environment(Map<String, CelType> variables, boolean writesPatches, boolean binds) {
        this.variables = Map.copyOf(variables);
        this.writesPatches = writesPatches;
        this.binds = binds;
    }

    /// For expressions that may also make `Object{…}` and `JSONPatch{…}`.
    public static Environment ofPatches(Map<String, CelType> variables) {
        return new Environment(variables, true, false);
    }

    /// For expressions that may also name a part of theirs: `cel.bind(name, part, expression)`.
    public static Environment withBindings(Map<String, CelType> variables) {
        return new Environment(variables, false, true);
    }

    /// @throws CompileException when the expression cannot be read or does not fit its types; the
    ///     message lists each fault with its place
    public Program compile(String source) {
        Expr expr = Parser.parse(source, binds);
        Checked checked = Checker.check(source, expr, new Checker.Scope(variables, writesPatches));
        List<CompileException.Issue> faults = Constants.faults(checked);
        if (!faults.isEmpty()) {
            throw CompileException.of(source, faults);
        }
        return new Program(checked.closed());
    }
}
