package kat.api.cel;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What functions cost when they run, by the size of what they get and give.
///
/// **Source:** cel-go's `interpreter/runtimecost.go`, `ext/lists.go` and `ext/sets.go`; `CallCost`
/// in `apiserver/pkg/cel/library/cost.go`.
final class Costs {

    static final double TRAVERSAL = 0.1;
    static final double PATTERN = 0.25;
    static final long AUTHORIZATION = 350_000;
    static final long CREATE_LIST = 10;
    static final long CREATE_MAP = 30;
    static final long CREATE_STRUCT = 40;

    private static final long REQUIREMENT = CREATE_LIST + CREATE_STRUCT;

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
        /// Twice through the first argument.
        COPY_FIRST,
        /// Twice through the value.
        COPY_RESULT,
        /// All that is in the first argument.
        DATA_FIRST,
        /// Once through both.
        CONCATENATE,
        /// As far as the shorter of two goes.
        COMPARE,
        /// For each character of one through the other.
        SEARCH,
        /// A pattern over a text.
        MATCH,
        /// A format over a text.
        VALIDATE,
        /// The parts of a selector.
        SELECT,
        /// An address in a range.
        WITHIN,
        /// A range in a range.
        INSIDE,
        /// Each element of the second.
        ELEMENTS_SECOND,
        /// A list is made.
        MADE,
        /// The first is made flat.
        FLATTEN,
        /// Each element of the first with each.
        SORT_FIRST,
        /// Each element of the second with each.
        SORT_SECOND,
        /// Each element of one with each of the other.
        PRODUCT,
        /// The same twice.
        PRODUCT_TWICE
    }

    /// The rule for one form of a function.
    ///
    /// @param first the type of its first parameter; of its value where it has none
    static Rule rule(String function, boolean isMember, CelType first) {
        boolean isText = first.is(CelType.Form.STRING) || first.is(CelType.Form.BYTES);
        return switch (function) {
            case "check" -> Rule.AUTHORIZE;
            case "fieldSelector", "labelSelector" -> Rule.SELECT;
            case "_&&_", "_||_", "_?_:_", "or", "orValue" -> Rule.FREE;
            case "_==_", "_!=_" -> Rule.COMPARE;
            case "_<_", "_<=_", "_>_", "_>=_" -> isText ? Rule.COMPARE : Rule.UNIT;
            case "_+_" -> isText ? Rule.CONCATENATE : Rule.UNIT;
            case "@in" -> Rule.ELEMENTS_SECOND;
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> Rule.DATA_FIRST;
            case "slice", "reverse", "lists.range" -> Rule.MADE;
            case "flatten" -> Rule.FLATTEN;
            case "distinct", "sort" -> Rule.SORT_FIRST;
            case "@sortByAssociatedKeys" -> Rule.SORT_SECOND;
            case "sets.contains", "sets.intersects" -> Rule.PRODUCT;
            case "sets.equivalent" -> Rule.PRODUCT_TWICE;
            default -> textRule(function, isMember, first);
        };
    }

    private static Rule textRule(String function, boolean isMember, CelType first) {
        return switch (function) {
            case "url",
                    "lowerAscii",
                    "upperAscii",
                    "substring",
                    "trim",
                    "jsonpatch.escapeKey",
                    "cidr",
                    "isIP",
                    "isCIDR",
                    "quantity",
                    "isQuantity",
                    "semver",
                    "isSemver",
                    "startsWith",
                    "endsWith",
                    "format",
                    "strings.quote" ->
                    Rule.TRAVERSE_FIRST;
            case "ip", "bytes" -> first.is(CelType.Form.STRING) ? Rule.TRAVERSE_FIRST : Rule.UNIT;
            case "string" -> first.is(CelType.Form.BYTES) ? Rule.TRAVERSE_FIRST : Rule.UNIT;
            case "ip.isCanonical", "replace", "split" -> Rule.COPY_FIRST;
            case "join" -> Rule.COPY_RESULT;
            case "contains" -> Rule.SEARCH;
            case "find", "findAll" -> Rule.MATCH;
            // Only the form `text.matches(pattern)` has a cost.
            case "matches" -> isMember ? Rule.MATCH : Rule.UNIT;
            case "validate" -> Rule.VALIDATE;
            case "containsIP" -> Rule.WITHIN;
            case "containsCIDR" -> Rule.INSIDE;
            default -> Rule.UNIT;
        };
    }

    static long of(Rule rule, Object[] arguments, Object result) {
        return switch (rule) {
            case UNIT -> 1;
            case AUTHORIZE -> AUTHORIZATION;
            case FREE -> 0;
            case TRAVERSE_FIRST -> traversal(size(arguments[0]));
            case COPY_FIRST -> traversal(2 * size(arguments[0]));
            case COPY_RESULT -> traversal(2 * size(result));
            case DATA_FIRST -> data(arguments[0]);
            case CONCATENATE -> traversal(size(arguments[0]) + size(arguments[1]));
            case COMPARE -> traversal(Math.min(size(arguments[0]), size(arguments[1])));
            case SEARCH -> traversal(size(arguments[0])) * traversal(size(arguments[1]));
            case MATCH ->
                    traversal(1 + size(arguments[0]))
                            * (long) Math.ceil(size(arguments[1]) * PATTERN);
            case VALIDATE ->
                    traversal(1 + size(arguments[1]))
                            * (long) Math.ceil(size(arguments[0]) * PATTERN);
            case SELECT ->
                    CREATE_LIST
                            + traversal(size(arguments[1]))
                            + (long) Math.ceil(size(arguments[1]) * 0.5) * REQUIREMENT;
            case WITHIN -> traversal(2 * size(arguments[0])) + text(arguments[1]);
            case INSIDE ->
                    traversal(2 * size(arguments[0]))
                            + traversal(size(arguments[0]))
                            + 1
                            + text(arguments[1]);
            case ELEMENTS_SECOND -> arguments[1] instanceof List<?> list ? list.size() : 1;
            case MADE -> 1 + CREATE_LIST + size(result);
            case FLATTEN ->
                    1
                            + CREATE_LIST
                            + size(arguments[0])
                                    * (arguments.length == 1 ? 1 : (Long) arguments[1]);
            case SORT_FIRST -> pairs((List<?>) arguments[0]);
            case SORT_SECOND -> pairs((List<?>) arguments[1]);
            case PRODUCT -> 1 + size(arguments[0]) * size(arguments[1]);
            case PRODUCT_TWICE -> 1 + 2 * size(arguments[0]) * size(arguments[1]);
        };
    }

    private static long traversal(long size) {
        return (long) Math.ceil(size * TRAVERSAL);
    }

    private static long text(Object value) {
        return value instanceof String ? traversal(size(value)) : 0;
    }

    private static long pairs(List<?> list) {
        boolean isText =
                !list.isEmpty()
                        && (list.getFirst() instanceof String
                                || list.getFirst() instanceof CelBytes);
        double each = isText ? 2 + TRAVERSAL : 2;
        return (long) ((double) list.size() * list.size() * each) + 1 + CREATE_LIST;
    }

    /// Once through a value and all that is in it.
    private static long data(Object value) {
        return switch (value) {
            case String text -> (long) (text.getBytes(StandardCharsets.UTF_8).length * TRAVERSAL);
            case CelBytes bytes -> (long) (bytes.bytes().length * TRAVERSAL);
            case List<?> list -> {
                long sum = 0;
                for (Object item : list) {
                    sum += data(item);
                }
                yield sum;
            }
            case Map<?, ?> map -> {
                long sum = 0;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    sum += data(entry.getKey()) + data(entry.getValue());
                }
                yield sum;
            }
            default -> 1;
        };
    }

    static long size(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case CelBytes bytes -> bytes.bytes().length;
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Optional<?> optional -> optional.isPresent() ? size(optional.get()) : 1;
            case Values.Opaque own -> own.size();
            default -> 1;
        };
    }
}
