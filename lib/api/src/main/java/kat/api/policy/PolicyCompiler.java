package kat.api.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import kat.api.cel.AuthorizerFunctions;
import kat.api.cel.CelType;
import kat.api.cel.CompileException;
import kat.api.cel.Environment;
import kat.api.cel.Program;

/// Compiles the expressions of one policy: those behind a variable may use it.
///
/// ```java
/// PolicyCompiler compiler = PolicyCompiler.of(Inputs.PLAIN);
/// compiler.variable("size", "object.spec.replicas", Inputs.PLAIN);
/// Compiled rule = compiler.compile("variables.size < 5", Returns.BOOL, Inputs.PLAIN);
/// ```
///
/// **Threads:** one.
///
/// **Source:** `apiserver/pkg/admission/plugin/cel/compile.go` and `composition.go`.
public final class PolicyCompiler {

    private static final String VARIABLES = "kubernetes.variables";

    private final CelType object;
    private final CelType params;
    private final boolean composes;
    private final Map<String, CelType> composed = new TreeMap<>();

    private PolicyCompiler(CelType object, CelType params, boolean composes) {
        this.object = object;
        this.params = params;
        this.composes = composes;
    }

    /// Which variables an expression may use beside `object`, `oldObject`, `request` and
    /// `namespaceObject`.
    ///
    /// @param params whether the policy has a kind of parameters
    /// @param patches whether it may make `Object{…}` and `JSONPatch{…}`
    public record Inputs(boolean params, boolean authorizer, boolean patches) {

        /// For match conditions of webhooks.
        public static final Inputs PLAIN = new Inputs(false, true, false);
    }

    /// For objects of any kind.
    ///
    /// @param composes whether there are `variables`
    public static PolicyCompiler of(boolean composes) {
        return new PolicyCompiler(CelType.DYN, CelType.DYN, composes);
    }

    /// For objects and parameters of known types.
    public static PolicyCompiler typed(CelType object, CelType params) {
        return new PolicyCompiler(object, params, true);
    }

    /// Compiles a variable, which expressions after it may use.
    public Compiled variable(String name, String expression, Inputs inputs) {
        Compiled compiled = compile(expression, Returns.ANYTHING, inputs);
        Program program = compiled.program();
        composed.put(name, program == null ? CelType.DYN : known(program.type()));
        return compiled;
    }

    /// The type of a variable: lists and maps keep theirs, objects do not.
    private static CelType known(CelType type) {
        return switch (type.form()) {
            case OBJECT, OPTIONAL, OPAQUE, TYPE, PARAMETER -> CelType.DYN;
            default -> type;
        };
    }

    public Compiled compile(String expression, Returns returns, Inputs inputs) {
        Environment environment =
                inputs.patches()
                        ? Environment.ofPatches(variables(inputs))
                        : new Environment(variables(inputs));
        try {
            Program program = environment.compile(expression);
            String type = program.type().toString();
            String problem = returns.problem(type);
            return new Compiled(expression, problem.isEmpty() ? program : null, problem);
        } catch (CompileException e) {
            String step = e.isInstantiation() ? Compiled.INSTANTIATION : "compilation failed: ";
            return new Compiled(expression, null, step + e.getMessage());
        }
    }

    /// What is wrong with the types of an expression, whatever it evaluates to; empty for nothing.
    String fault(String expression, Inputs inputs) {
        try {
            new Environment(variables(inputs)).compile(expression);
            return "";
        } catch (CompileException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Map<String, CelType> variables(Inputs inputs) {
        Map<String, CelType> types = new HashMap<>();
        types.put("object", object);
        types.put("oldObject", object);
        types.put("request", PolicyTypes.REQUEST);
        types.put("namespaceObject", PolicyTypes.NAMESPACE);
        if (inputs.params()) {
            types.put("params", params);
        }
        if (inputs.authorizer()) {
            types.put("authorizer", AuthorizerFunctions.AUTHORIZER);
            types.put("authorizer.requestResource", AuthorizerFunctions.RESOURCE_CHECK);
        }
        if (composes) {
            types.put("variables", CelType.object(VARIABLES, composed));
        }
        return types;
    }
}
