package kat.api.policy;

import kat.api.cel.Program;
import org.jspecify.annotations.Nullable;

/// An expression of a policy or match condition.
///
/// @param expression as it was written
/// @param program null when it could not be compiled
/// @param problem why there is no program; empty when there is
public record Compiled(String expression, @Nullable Program program, String problem) {

    static final String INSTANTIATION = "program instantiation failed: ";

    /// Whether Kubernetes takes the problem for one of its own.
    boolean isInternal() {
        return problem.startsWith(INSTANTIATION);
    }

    public boolean isUsable() {
        return program != null;
    }
}
