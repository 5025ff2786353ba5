package kat.monitoring.promql;

import java.util.SequencedSet;

/// PromQL as far as it can be judged without data: syntax, functions, types.
///
/// **Source:** "Querying Prometheus" of Prometheus' documentation.
public final class PromQl {

    private PromQl() {}

    /// What an expression comes to.
    public enum Type {
        SCALAR,
        VECTOR,
        MATRIX,
        STRING
    }

    /// An expression that is none of the wrong ones.
    ///
    /// @param metrics the names that it asks for, in the order of the text
    public record Expression(Type type, SequencedSet<String> metrics) {}

    /// @throws PromQlException when it is wrong
    public static Expression parse(String text) {
        Parser parser = new Parser(Lexer.tokens(text));
        Type type = parser.whole();
        return new Expression(type, parser.metrics());
    }
}
