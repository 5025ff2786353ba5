package kat.api.cel;

import java.util.List;
import java.util.Map;

/// What functions cost when they run, by the size of what they get.
///
/// **Source:** cel-go's `interpreter/runtimecost.go`; `apiserver/pkg/cel/library/cost.go`.
final class Costs {

    private static final double TRAVERSAL = 0.1;
    private static final double PATTERN = 0.25;
    static final long AUTHORIZATION = 350_000;
    static final long CREATE_LIST = 10;
    static final long CREATE_MAP = 30;
    static final long CREATE_STRUCT = 40;

    private Costs() {}

    /// How the cost of a function comes about.
    enum Rule {
        /// One step.
        UNIT,
        /// A question to the authorizer: two of them fit into one expression.
        AUTHORIZE,
        /// Nothing beside the arguments.
        FREE,
        /// Once through the first argument.
        TRAVERSE_FIRST,
        /// Once through the second.
        TRAVERSE_SECOND,
        /// Twice through the first argument.
        COPY_FIRST,
        /// Once through both.
        CONCATENATE,
        /// As far as the shorter of two goes.
        COMPARE,
        /// For each character of one through the other.
        SEARCH,
        /// A pattern over a text.
        MATCH,
        /// Each element of the first argument.
        ELEMENTS_FIRST,
        /// Each element of the second.
        ELEMENTS_SECOND,
        /// Each element of one with each of the other.
        PRODUCT
    }

    static long of(Rule rule, Object[] arguments) {
        return switch (rule) {
            case UNIT -> 1;
            case AUTHORIZE -> AUTHORIZATION;
            case FREE -> 0;
            case TRAVERSE_FIRST -> traversal(size(arguments[0]));
            case TRAVERSE_SECOND -> traversal(size(arguments[1]));
            case COPY_FIRST -> traversal(2 * size(arguments[0]));
            case CONCATENATE ->
                    arguments[0] instanceof List
                            ? 1
                            : traversal(size(arguments[0]) + size(arguments[1]));
            case COMPARE -> traversal(Math.min(size(arguments[0]), size(arguments[1])));
            case SEARCH -> traversal(size(arguments[0])) * traversal(size(arguments[1]));
            case MATCH ->
                    traversal(1 + size(arguments[0]))
                            * (long) Math.ceil(size(arguments[1]) * PATTERN);
            case ELEMENTS_FIRST -> size(arguments[0]);
            case ELEMENTS_SECOND -> size(arguments[1]);
            case PRODUCT -> size(arguments[0]) * size(arguments[1]);
        };
    }

    private static long traversal(long size) {
        return (long) Math.ceil(size * TRAVERSAL);
    }

    static long size(Object value) {
        return switch (value) {
            case String text -> text.length();
            case CelBytes bytes -> bytes.bytes().length;
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> 1;
        };
    }
}
