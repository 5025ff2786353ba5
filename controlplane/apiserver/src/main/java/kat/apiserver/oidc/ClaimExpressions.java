package kat.apiserver.oidc;

import java.util.Map;
import kat.api.cel.CelType;
import kat.api.cel.CompileException;
import kat.api.cel.Environment;
import kat.api.cel.Program;
import kat.api.json.JsonString;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.oidc.JwtConfig.Expression;

/// Compiles the expressions of a configuration.
///
/// **Source:** `apiserver/pkg/authentication/cel/compile.go`.
final class ClaimExpressions {

    private static final Environment OF_CLAIMS = new Environment(Map.of("claims", Claims.CLAIMS));
    private static final Environment OF_USER = new Environment(Map.of("user", Claims.USER));

    private ClaimExpressions() {}

    /// @throws ConfigFileException when it cannot be compiled
    static Expression ofClaims(String text, String path) {
        return new Expression(text, compile(OF_CLAIMS, text, path));
    }

    /// @throws ConfigFileException when it cannot be compiled, or is no condition
    static Expression conditionOfClaims(String text, String path) {
        return condition(OF_CLAIMS, text, path);
    }

    /// @throws ConfigFileException when it cannot be compiled, or is no condition
    static Expression conditionOfUser(String text, String path) {
        return condition(OF_USER, text, path);
    }

    private static Expression condition(Environment environment, String text, String path) {
        Program program = compile(environment, text, path);
        if (program.type().form() != CelType.Form.BOOL) {
            throw invalid(path, text, "must evaluate to bool");
        }
        return new Expression(text, program);
    }

    private static Program compile(Environment environment, String text, String path) {
        if (text.isBlank()) {
            throw new ConfigFileException(path + ": Required value");
        }
        try {
            return environment.compile(text);
        } catch (CompileException e) {
            throw invalid(path, text, "compilation failed: " + e.getMessage());
        }
    }

    static ConfigFileException invalid(String path, String value, String why) {
        return new ConfigFileException(
                path + ": Invalid value: " + new JsonString(value) + ": " + why);
    }
}
