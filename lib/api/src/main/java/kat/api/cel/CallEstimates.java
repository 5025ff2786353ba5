package kat.api.cel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Estimates what calls cost at most, and how large their values are.
///
/// **Source:** `functionCost` in cel-go's `checker/cost.go`, its `ext/lists.go` and `ext/sets.go`;
/// `EstimateCallCost` in `apiserver/pkg/cel/library/cost.go`.
final class CallEstimates {

    private static final double TRAVERSAL = Costs.TRAVERSAL;
    private static final double PATTERN = Costs.PATTERN;

    /// The longest pattern behind a named format.
    private static final int LONGEST_FORMAT = 128;

    private static final int LONGEST_FORMAT_NAME = 64;

    private CallEstimates() {}

    /// What a call is given.
    ///
    /// @param costs of the arguments
    record Given(
            CostEstimate.@Nullable Part target, List<CostEstimate.Part> args, List<Span> costs) {

        /// The size of the target, or of the first argument of a function that has none.
        Span first() {
            return target == null ? args.getFirst().known() : target.known();
        }

        Span arg(int at) {
            return args.get(at).known();
        }

        int count() {
            return args.size();
        }
    }

    /// @param size of the value; null when it has none that is told
    record Estimate(Span cost, @Nullable Span size) {

        static Estimate of(Span cost) {
            return new Estimate(cost, null);
        }

        static final Estimate ONE = of(Span.of(1));
    }

    /// What one meaning of a call costs with its arguments.
    static Estimate of(Overload overload, Given given) {
        List<Span> costs = given.costs();
        switch (overload.function()) {
            case "_&&_", "_||_" -> {
                return Estimate.of(
                        new Span(costs.get(0).least(), costs.get(0).plus(costs.get(1)).most()));
            }
            case "_?_:_" -> {
                return new Estimate(
                        costs.get(0).plus(costs.get(1).or(costs.get(2))),
                        given.arg(1).or(given.arg(2)));
            }
            default -> {
                Estimate own = own(overload, given);
                Span sum = own.cost();
                for (Span cost : costs) {
                    sum = sum.plus(cost);
                }
                return new Estimate(sum, own.size());
            }
        }
    }

    private static Estimate own(Overload overload, Given given) {
        return switch (overload.function()) {
            case "slice", "flatten", "lists.range", "reverse", "distinct", "sort" ->
                    lists(overload.function(), given);
            case "@sortByAssociatedKeys" -> sorted(given.args().getFirst());
            case "sets.contains", "sets.intersects" -> pairs(given, 1);
            case "sets.equivalent" -> pairs(given, 2);
            case "check" -> Estimate.of(Span.of(Costs.AUTHORIZATION));
            case "fieldSelector", "labelSelector" -> Estimate.of(selector(given.arg(0)));
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> elements(given);
            case "_==_" -> equality(given);
            case "_!=_", "_<_", "_<=_", "_>_", "_>=_" -> comparison(overload, given);
            case "_+_" -> sum(overload, given);
            case "@in" ->
                    overload.parameters().getLast().is(CelType.Form.LIST)
                            ? Estimate.of(given.arg(1).scaled(1))
                            : Estimate.ONE;
            case "ip", "cidr", "isIP", "isCIDR", "ip.isCanonical", "containsIP", "containsCIDR" ->
                    addresses(overload, given);
            default -> texts(overload, given);
        };
    }

    private static Estimate texts(Overload overload, Given given) {
        return switch (overload.function()) {
            case "url", "jsonpatch.escapeKey", "lowerAscii", "upperAscii", "substring", "trim" ->
                    new Estimate(given.first().scaled(TRAVERSAL), given.first());
            case "replace" ->
                    new Estimate(
                            given.first().scaled(2 * TRAVERSAL),
                            replaced(given.first(), given.arg(0), given.arg(1)));
            case "split" -> split(given);
            case "join" -> joined(given);
            case "find", "findAll" ->
                    new Estimate(matching(given), new Span(0, given.first().most()));
            // Only the form `text.matches(pattern)` has a cost.
            case "matches" -> given.target() == null ? Estimate.ONE : Estimate.of(matching(given));
            case "contains" ->
                    Estimate.of(
                            given.first().scaled(TRAVERSAL).times(given.arg(0).scaled(TRAVERSAL)));
            case "startsWith", "endsWith" -> Estimate.of(given.arg(0).scaled(TRAVERSAL));
            case "format" -> Estimate.of(given.first().scaled(TRAVERSAL));
            case "quantity", "isQuantity", "semver", "isSemver" ->
                    Estimate.of(given.arg(0).scaled(TRAVERSAL));
            case "validate" ->
                    Estimate.of(given.arg(0).scaled(TRAVERSAL).scaled(LONGEST_FORMAT * PATTERN));
            case "bytes", "string", "strings.quote" -> converted(overload, given);
            default -> Estimate.ONE;
        };
    }

    private static Estimate converted(Overload overload, Given given) {
        Span size = given.arg(0);
        CelType from = overload.parameters().getFirst();
        Span cost = size.scaled(TRAVERSAL);
        if (overload.function().equals("strings.quote")) {
            // An unbounded size overflows in Kubernetes.
            long most = size.most() == Span.UNBOUND ? 0 : 2 * size.most() + 2;
            return new Estimate(cost, new Span(size.least() + 2, most));
        }
        boolean toBytes = overload.function().equals("bytes");
        if (toBytes && from.is(CelType.Form.STRING)) {
            return new Estimate(cost, new Span(size.least(), size.times(Span.of(4)).most()));
        }
        if (!toBytes && from.is(CelType.Form.BYTES)) {
            return new Estimate(cost, new Span(size.least() / 4, size.most()));
        }
        return Estimate.ONE;
    }

    private static Span matching(Given given) {
        return given.first().plus(Span.of(1)).scaled(TRAVERSAL).times(given.arg(0).scaled(PATTERN));
    }

    /// The least and the most that a text can become.
    private static Span replaced(Span text, Span old, Span by) {
        long most;
        if (old.least() == 0) {
            // Between all characters, and around them.
            Span count = new Span(0, text.most()).plus(new Span(0, 1));
            most = count.times(by).plus(text).most();
        } else if (by.most() <= old.least()) {
            most = text.most();
        } else {
            long count = (long) Math.ceil((double) text.most() / old.least());
            most = new Span(0, count).times(by).most();
        }
        long least;
        if (old.most() == 0) {
            least = Span.of(text.least()).plus(Span.of(1)).times(by).plus(text).least();
        } else if (old.most() <= by.least()) {
            least = text.least();
        } else {
            long count = (long) Math.ceil((double) text.least() / old.most());
            least = Span.of(count).times(by).least();
        }
        return new Span(least, most);
    }

    private static Estimate split(Given given) {
        long most = given.first().most();
        if (given.count() > 1) {
            most = literal(given.args().get(1), most, Span.UNBOUND);
        }
        return new Estimate(given.first().scaled(2 * TRAVERSAL), new Span(0, most));
    }

    /// @param negative what a negative number means
    private static long literal(CostEstimate.Part part, long otherwise, long negative) {
        if (part.expr() instanceof Expr.Literal literal && literal.value() instanceof Long number) {
            return number < 0 ? negative : number;
        }
        return otherwise;
    }

    private static Estimate joined(Given given) {
        Span list = given.first();
        CostEstimate.Part target = given.target();
        CostEstimate.Part items = target == null ? null : target.in().items(target);
        Span size = items == null ? Span.ZERO : list.times(items.known());
        if (given.count() > 0) {
            Span separators = new Span(Math.max(0, list.least() - 1), Math.max(0, list.most() - 1));
            size = size.plus(given.arg(0).times(separators));
        }
        return new Estimate(size.scaled(TRAVERSAL), size);
    }

    private static Estimate lists(String function, Given given) {
        Span size = given.first();
        return switch (function) {
            case "slice" -> {
                long start = literal(given.args().get(0), 0, 0);
                long end = literal(given.args().get(1), size.most(), 0);
                yield made(1, Span.of(end < start ? Span.UNBOUND : end - start));
            }
            case "flatten" ->
                    made(
                            given.count() == 0
                                    ? 1.0
                                    : (double) literal(given.args().getFirst(), Span.UNBOUND, 0),
                            size);
            case "lists.range" ->
                    made(1, Span.of(literal(given.args().getFirst(), Span.UNBOUND, 0)));
            case "reverse" -> made(1, size);
            case "distinct" -> made(2, size.times(size));
            default -> sorted(given.target());
        };
    }

    private static Estimate sorted(CostEstimate.@Nullable Part keys) {
        if (keys == null) {
            return Estimate.ONE;
        }
        CelType items = keys.type().element();
        boolean isText = items.is(CelType.Form.STRING) || items.is(CelType.Form.BYTES);
        return made(isText ? 2 + TRAVERSAL : 2, keys.known().times(keys.known()));
    }

    private static Estimate made(double each, Span size) {
        Span cost = size.scaled(each).plus(Span.of(1 + Costs.CREATE_LIST));
        return new Estimate(cost, size);
    }

    private static Estimate pairs(Given given, int times) {
        return Estimate.of(given.arg(0).times(given.arg(1)).scaled(times).plus(Span.of(1)));
    }

    /// One step for each element, and once through each text; for a text once through it.
    private static Estimate elements(Given given) {
        CostEstimate.Part target = given.target();
        if (target == null) {
            return Estimate.ONE;
        }
        CostEstimate.Part items = target.in().items(target);
        if (items == null) {
            return Estimate.of(target.known().scaled(TRAVERSAL));
        }
        Span each = Span.of(1);
        if (items.type().is(CelType.Form.STRING) || items.type().is(CelType.Form.BYTES)) {
            each = each.plus(items.known().scaled(TRAVERSAL));
        }
        return Estimate.of(target.known().times(each));
    }

    /// The length of a selector gives how many requirements it may have.
    private static Span selector(Span length) {
        return Span.of(Costs.CREATE_LIST)
                .plus(length.scaled(TRAVERSAL))
                .plus(length.scaled(0.5).scaled(Costs.CREATE_LIST + Costs.CREATE_STRUCT));
    }

    private static Estimate equality(Given given) {
        CelType left = given.args().getFirst().type();
        if (!left.is(CelType.Form.OPAQUE)
                || !left.name().equals(given.args().getLast().type().name())) {
            return compared(given);
        }
        return switch (left.name()) {
            case "kubernetes.NamedFormat" ->
                    Estimate.of(new Span(1, LONGEST_FORMAT_NAME).scaled(TRAVERSAL));
            case "kubernetes.URL" -> {
                Span size = given.args().getLast().size();
                long most = size == null ? 1 : size.most();
                yield Estimate.of(new Span(1, most).scaled(TRAVERSAL));
            }
            default -> Estimate.ONE;
        };
    }

    private static Estimate comparison(Overload overload, Given given) {
        return switch (overload.parameters().getFirst().form()) {
            case STRING, BYTES, PARAMETER -> compared(given);
            default -> Estimate.ONE;
        };
    }

    /// As far as the shorter of two goes.
    private static Estimate compared(Given given) {
        long most = Math.min(given.arg(0).most(), given.arg(1).most());
        return Estimate.of(new Span(most > 0 ? 1 : 0, most).scaled(TRAVERSAL));
    }

    private static Estimate sum(Overload overload, Given given) {
        Span size = given.count() < 2 ? Span.ZERO : given.arg(0).plus(given.arg(1));
        return switch (overload.result().form()) {
            case LIST -> new Estimate(Span.of(1), size);
            case STRING, BYTES -> new Estimate(size.scaled(TRAVERSAL), size);
            default -> Estimate.ONE;
        };
    }

    private static Estimate addresses(Overload overload, Given given) {
        if (given.count() == 0) {
            return Estimate.ONE;
        }
        Span text = given.arg(0).scaled(TRAVERSAL);
        Span bytes = new Span(4, 16);
        Span both = bytes.plus(bytes).scaled(TRAVERSAL);
        boolean isText = overload.parameters().getLast().is(CelType.Form.STRING);
        return switch (overload.function()) {
            case "ip.isCanonical" -> Estimate.of(given.arg(0).scaled(2 * TRAVERSAL));
            case "containsIP" -> Estimate.of(isText ? both.plus(text) : both);
            case "containsCIDR" -> {
                Span masked = both.plus(bytes.scaled(TRAVERSAL)).plus(Span.of(1));
                yield Estimate.of(isText ? masked.plus(text) : masked);
            }
            default -> Estimate.of(text);
        };
    }
}
