package kat.apiserver.dynamic;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.cel.AccessCheck;
import kat.api.cel.AccessCheck.Question;
import kat.api.cel.AuthorizerFunctions;
import kat.api.cel.CelException;
import kat.api.cel.CelNull;
import kat.api.cel.CelType;
import kat.api.cel.Data;
import kat.api.cel.Environment;
import kat.api.cel.Evaluation;
import kat.api.cel.Program;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.policy.Compiled;
import kat.api.policy.PolicyTypes;
import org.jspecify.annotations.Nullable;

/// The values of an expression's variables, for one request.
///
/// **Threads:** one.
///
/// **Source:** `apiserver/pkg/admission/plugin/cel/activation.go`.
final class Activation {

    /// What of a namespace's metadata expressions see.
    private static final List<String> NAMESPACE_FIELDS =
            List.of(
                    "annotations",
                    "creationTimestamp",
                    "deletionGracePeriodSeconds",
                    "deletionTimestamp",
                    "finalizers",
                    "generateName",
                    "generation",
                    "labels",
                    "name",
                    "resourceVersion",
                    "uid");

    private final AdmissionRequest request;
    private final @Nullable KubeObject params;
    private final @Nullable KubeObject namespace;
    private final AccessCheck access;
    private final Map<String, Compiled> definitions = new TreeMap<>();
    private final Map<String, Object> values = new TreeMap<>();
    private long composedCost;

    Activation(
            AdmissionRequest request,
            @Nullable KubeObject params,
            @Nullable KubeObject namespace,
            AccessCheck access) {
        this.request = request;
        this.params = params;
        this.namespace = namespace;
        this.access = access;
    }

    /// The same with variables of the policy, each evaluated when it is first asked for.
    Activation composed(Map<String, Compiled> variables) {
        definitions.putAll(variables);
        return this;
    }

    /// Runs an expression.
    ///
    /// @throws CelException when it has no value; the message is the expression's and its fault
    /// @throws Budget.Exhausted when it costs more than there is
    Object run(Compiled compiled, Budget budget) throws Budget.Exhausted {
        Program program = compiled.program();
        if (program == null) {
            throw new CelException("compilation error: " + compiled.problem());
        }
        Evaluation evaluation = new Evaluation(this::value, Environment.CALL_LIMIT);
        Object result = null;
        String fault = "";
        try {
            result = program.run(evaluation);
        } catch (CelException e) {
            fault = String.valueOf(e.getMessage());
        }
        budget.spend(composedCost);
        composedCost = 0;
        budget.spend(evaluation.cost());
        if (result == null) {
            throw new CelException(
                    "expression '" + compiled.expression() + "' resulted in error: " + fault);
        }
        return result;
    }

    private @Nullable Object value(String name) {
        Object known = values.get(name);
        if (known == null) {
            known = made(name);
            if (known != null) {
                values.put(name, known);
            }
        }
        return known;
    }

    private @Nullable Object made(String name) {
        return switch (name) {
            case "object" -> data(request.object());
            case "oldObject" -> data(request.old());
            case "params" -> data(params == null ? null : params.tree());
            case "request" -> Data.of(request.toJson(), PolicyTypes.REQUEST);
            case "namespaceObject" -> namespaceObject();
            case "authorizer" -> AuthorizerFunctions.authorizer(access);
            case "authorizer.requestResource" ->
                    AuthorizerFunctions.requestResource(access, asked());
            case "variables" -> new LazyVariables(definitions, this::variable);
            default -> null;
        };
    }

    private static Object data(@Nullable JsonObject tree) {
        return tree == null ? CelNull.NULL : Data.of(tree, CelType.DYN);
    }

    private Question asked() {
        return Question.resource(
                        request.resource().kind().group(),
                        request.resource().kind().plural(),
                        request.subresource())
                .of(request.namespace(), request.name());
    }

    private Object namespaceObject() {
        KubeObject known = namespace;
        if (known == null) {
            return CelNull.NULL;
        }
        JsonObject.Builder metadata = JsonObject.builder();
        for (String field : NAMESPACE_FIELDS) {
            Json value = known.metadata().get(field);
            if (value != null) {
                metadata.put(field, value);
            }
        }
        JsonObject shown =
                JsonObject.builder()
                        .put("metadata", metadata.build())
                        .put("spec", known.spec())
                        .put("status", known.status())
                        .build();
        return Data.of(shown, PolicyTypes.NAMESPACE);
    }

    private Object variable(String name, Compiled definition) {
        Program program = definition.program();
        if (program == null) {
            throw new CelException(
                    "composited variable \""
                            + name
                            + "\" fails to compile: "
                            + definition.problem());
        }
        Evaluation evaluation = new Evaluation(this::value, Environment.CALL_LIMIT);
        try {
            return program.run(evaluation);
        } catch (CelException e) {
            throw new CelException(
                    "composited variable \"" + name + "\" fails to evaluate: " + e.getMessage());
        } finally {
            composedCost += evaluation.cost();
        }
    }
}
