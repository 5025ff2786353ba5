package kat.api.cel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a checked expression into steps that can be run many times.
///
/// **Threads:** one; what it makes serves all.
final class Planner {

    private static final Set<String> CONVERSIONS =
            Set.of(
                    "bool",
                    "bytes",
                    "double",
                    "duration",
                    "dyn",
                    "int",
                    "string",
                    "timestamp",
                    "type",
                    "uint");
    private static final Set<String> PATTERNS = Set.of("matches", "find", "findAll");

    private final Checked checked;
    private final List<String> scope = new ArrayList<>();
    private int slots;

    private Planner(Checked checked) {
        this.checked = checked;
    }

    /// A step that has a value.
    interface Step {
        /// @throws CelException when it has none
        Object run(Evaluation evaluation);
    }

    /// @param slots how many local variables there are at most
    record Plan(Step step, int slots) {}

    /// @throws CompileException when a constant is wrong
    static Plan plan(Checked checked) {
        Planner planner = new Planner(checked);
        try {
            Step step = planner.step(checked.expr());
            return new Plan(step, planner.slots);
        } catch (CelException e) {
            throw CompileException.instantiation(String.valueOf(e.getMessage()));
        }
    }

    /// A value that is known before a run.
    private record Constant(Object value) implements Step {
        @Override
        public Object run(Evaluation evaluation) {
            return value;
        }
    }

    private Step step(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> new Constant(literal.value());
            case Expr.Ident ident -> counted(ident(ident));
            case Expr.Select select -> select(select, true);
            case Expr.Call call -> call(call, checked.call(call), true);
            case Expr.ListOf list -> list(list);
            case Expr.MapOf map -> map(map.entries(), Costs.CREATE_MAP);
            case Expr.Struct struct -> {
                Step fields = map(struct.entries(), Costs.CREATE_STRUCT);
                yield evaluation ->
                        new CelStruct(struct.type(), (Map<?, ?>) fields.run(evaluation));
            }
            case Expr.Fold fold -> fold(fold);
        };
    }

    private static Step counted(Step step) {
        return step instanceof Constant
                ? step
                : evaluation -> {
                    evaluation.charge(1);
                    return step.run(evaluation);
                };
    }

    /// Whether a part is a name, or something inside what a name stands for.
    private boolean isAttribute(Expr expr) {
        return switch (expr) {
            case Expr.Ident _, Expr.Select _ -> true;
            case Expr.Call call ->
                    switch (checked.call(call).function()) {
                        case "_[_]", "_[?_]", "_?_:_" -> true;
                        default -> false;
                    };
            default -> false;
        };
    }

    /// A branch of a condition, or what is between brackets: its first name costs nothing.
    private Step branch(Expr expr) {
        return switch (expr) {
            case Expr.Ident ident -> ident(ident);
            case Expr.Select select -> select(select, false);
            case Expr.Call call when isAttribute(call) -> call(call, checked.call(call), false);
            default -> step(expr);
        };
    }

    /// What something is taken out of.
    private Step holder(Expr expr, boolean isCounted) {
        if (!isCounted) {
            return branch(expr);
        }
        if (isAttribute(expr)) {
            return step(expr);
        }
        Step own = step(expr);
        return evaluation -> {
            evaluation.charge(1);
            return own.run(evaluation);
        };
    }

    private Step ident(Expr.Ident ident) {
        String name = ident.name();
        int slot = scope.lastIndexOf(name);
        if (slot >= 0) {
            return evaluation -> evaluation.local(slot);
        }
        CelType type = checked.type(ident);
        if (type.is(CelType.Form.TYPE) && Checker.typeNamed(name) != null) {
            return new Constant(type.element());
        }
        return evaluation -> evaluation.variable(name);
    }

    /// @param isCounted whether the first name costs a step
    private Step select(Expr.Select select, boolean isCounted) {
        CelType type = checked.type(select);
        boolean isName = !checked.types().containsKey(select.operand());
        if (isName && type.is(CelType.Form.TYPE)) {
            return new Constant(type.element());
        }
        if (isName) {
            String name = Checker.dottedName(select);
            Step variable = evaluation -> evaluation.variable(name);
            return isCounted ? counted(variable) : variable;
        }
        Step operand = holder(select.operand(), isCounted);
        String field = fieldName(select);
        if (select.isTest()) {
            return evaluation -> has(operand.run(evaluation), field);
        }
        if (select.isOptional()) {
            return evaluation -> {
                evaluation.charge(1);
                return find(operand.run(evaluation), field);
            };
        }
        return evaluation -> {
            Object holder = operand.run(evaluation);
            evaluation.charge(1);
            return field(holder, field);
        };
    }

    /// The name of a field may be a word of the language.
    private String fieldName(Expr.Select select) {
        CelType holder = checked.type(select.operand());
        CelType inner = holder.is(CelType.Form.OPTIONAL) ? holder.element() : holder;
        boolean isEscaped =
                inner.is(CelType.Form.OBJECT)
                        && inner.field(select.field()) == null
                        && inner.field(FieldNames.escape(select.field())) != null;
        return isEscaped ? FieldNames.escape(select.field()) : select.field();
    }

    private static Object has(Object holder, String field) {
        return switch (holder) {
            case Map<?, ?> map -> map.containsKey(field);
            case Optional<?> value -> value.isPresent() && (Boolean) has(value.get(), field);
            default -> throw CelException.noOverload();
        };
    }

    private static Object find(Object holder, String field) {
        return switch (holder) {
            case Map<?, ?> map -> {
                @Nullable Object found = map.get(field);
                yield found == null ? Optional.empty() : Optional.of(found);
            }
            case Optional<?> value -> value.isPresent() ? find(value.get(), field) : value;
            default -> throw CelException.noKey(field);
        };
    }

    private static Object field(Object holder, String field) {
        return switch (holder) {
            case Map<?, ?> map -> {
                @Nullable Object found = map.get(field);
                if (found == null) {
                    throw CelException.noKey(field);
                }
                yield found;
            }
            case Optional<?> value -> value.isPresent() ? find(value.get(), field) : value;
            default -> throw CelException.noKey(field);
        };
    }

    /// @param key the call as it stands in the expression
    /// @param isCounted whether the first name of what is taken out of something costs a step
    private Step call(Expr.Call key, Expr.Call call, boolean isCounted) {
        if (isAttribute(call)) {
            return call.function().equals("_?_:_") ? choice(call) : item(key, call, isCounted);
        }
        List<Step> arguments = new ArrayList<>();
        if (call.target() != null) {
            arguments.add(step(call.target()));
        }
        call.args().forEach(arg -> arguments.add(step(arg)));
        return switch (call.function()) {
            case "_&&_" -> new Junction(arguments.get(0), arguments.get(1), false);
            case "_||_" -> new Junction(arguments.get(0), arguments.get(1), true);
            case "or", "orValue" -> otherwise(call.function(), arguments);
            case "@not_strictly_false" -> {
                Step operand = arguments.getFirst();
                yield evaluation -> notFalse(operand, evaluation);
            }
            default -> known(call.function(), checked.overloads(key), arguments);
        };
    }

    private Step choice(Expr.Call call) {
        Step condition = step(call.args().get(0));
        Step yes = branch(call.args().get(1));
        Step no = branch(call.args().get(2));
        return evaluation ->
                Values.truth(condition.run(evaluation)) ? yes.run(evaluation) : no.run(evaluation);
    }

    private Step item(Expr.Call key, Expr.Call call, boolean isCounted) {
        Step holder = holder(call.args().get(0), isCounted);
        Step index = branch(call.args().get(1));
        return applied(checked.overloads(key), List.of(holder, index));
    }

    /// The second is asked only when the first has no value.
    private static Step otherwise(String function, List<Step> arguments) {
        Step first = arguments.get(0);
        Step second = arguments.get(1);
        return evaluation -> {
            Object found = first.run(evaluation);
            if (!(found instanceof Optional<?> value)) {
                throw CelException.noOverload();
            }
            if (value.isEmpty()) {
                return second.run(evaluation);
            }
            return function.equals("or") ? found : value.get();
        };
    }

    /// A call of which a part may be known before a run: Kubernetes finds then what is wrong
    /// with constants that are converted, and with patterns.
    private static Step known(String function, List<Overload> overloads, List<Step> arguments) {
        Step made = applied(overloads, arguments);
        if (arguments.size() == 1
                && CONVERSIONS.contains(function)
                && arguments.getFirst() instanceof Constant) {
            return new Constant(made.run(new Evaluation(_ -> null, Environment.CALL_LIMIT)));
        }
        if (arguments.size() < 2 || !(arguments.get(1) instanceof Constant(Object given))) {
            return made;
        }
        if (PATTERNS.contains(function) && given instanceof String pattern) {
            TextFunctions.require(pattern);
        }
        boolean isIn = function.equals("@in") && given instanceof List;
        return isIn ? member(made, arguments.getFirst(), (List<?>) given) : made;
    }

    /// Whether a value is in a list of constants, which costs nothing.
    private static Step member(Step made, Step value, List<?> list) {
        if (list.isEmpty()) {
            return new Constant(false);
        }
        boolean isPlain =
                list.stream()
                        .allMatch(
                                item ->
                                        item instanceof String
                                                || item instanceof Boolean
                                                || Values.isNumber(item));
        return isPlain
                ? evaluation -> OperatorFunctions.contains(list, value.run(evaluation))
                : made;
    }

    private static Object notFalse(Step operand, Evaluation evaluation) {
        evaluation.charge(1);
        try {
            return operand.run(evaluation) != Boolean.FALSE;
        } catch (CelException.TooCostly e) {
            throw e;
        } catch (CelException notYetFalse) {
            return true;
        }
    }

    private static Step applied(List<Overload> overloads, List<Step> steps) {
        Step[] arguments = steps.toArray(Step[]::new);
        Overload[] candidates = overloads.toArray(Overload[]::new);
        return evaluation -> {
            Object[] values = new Object[arguments.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments[i].run(evaluation);
            }
            for (Overload candidate : candidates) {
                if (candidate.takes(values)) {
                    return charged(candidate, values, evaluation);
                }
            }
            throw CelException.noOverload();
        };
    }

    private static Object charged(Overload overload, Object[] values, Evaluation evaluation) {
        try {
            Object result = overload.body().apply(values);
            evaluation.charge(Costs.of(overload.cost(), values, result));
            return result;
        } catch (CelException.TooCostly e) {
            throw e;
        } catch (CelException e) {
            evaluation.charge(Costs.of(overload.cost(), values, CelNull.NULL));
            throw e;
        }
    }

    /// `&&` and `||`: one side that decides is enough, whatever the other does.
    ///
    /// @param decides the value that settles it
    private record Junction(Step left, Step right, boolean decides) implements Step {

        @Override
        public Object run(Evaluation evaluation) {
            CelException failure = null;
            try {
                if (truth(left.run(evaluation)) == decides) {
                    return decides;
                }
            } catch (CelException.TooCostly e) {
                throw e;
            } catch (CelException e) {
                failure = e;
            }
            if (truth(right.run(evaluation)) == decides) {
                return decides;
            }
            if (failure != null) {
                throw failure;
            }
            return !decides;
        }

        private boolean truth(Object value) {
            if (value instanceof Boolean bool) {
                return bool;
            }
            throw CelException.noOverload();
        }
    }

    private Step list(Expr.ListOf list) {
        List<Step> items = new ArrayList<>();
        List<Boolean> optional = new ArrayList<>();
        for (Expr.Item item : list.items()) {
            items.add(step(item.value()));
            optional.add(item.isOptional());
        }
        if (items.stream().allMatch(Constant.class::isInstance) && !optional.contains(true)) {
            return new Constant(items.stream().map(item -> ((Constant) item).value()).toList());
        }
        return evaluation -> {
            evaluation.charge(Costs.CREATE_LIST);
            List<Object> made = new ArrayList<>(items.size());
            for (int i = 0; i < items.size(); i++) {
                Object value = items.get(i).run(evaluation);
                if (optional.get(i)) {
                    ((Optional<?>) value).ifPresent(made::add);
                } else {
                    made.add(value);
                }
            }
            return made;
        };
    }

    private Step map(List<Expr.Entry> entries, long cost) {
        List<Step> keys = new ArrayList<>();
        List<Step> values = new ArrayList<>();
        for (Expr.Entry entry : entries) {
            keys.add(step(entry.key()));
            values.add(step(entry.value()));
        }
        Step made = entries(entries, keys, values, cost);
        boolean isKnown =
                cost == Costs.CREATE_MAP
                        && entries.stream().noneMatch(Expr.Entry::isOptional)
                        && keys.stream().allMatch(Constant.class::isInstance)
                        && values.stream().allMatch(Constant.class::isInstance);
        return isKnown
                ? new Constant(made.run(new Evaluation(_ -> null, Environment.CALL_LIMIT)))
                : made;
    }

    private static Step entries(
            List<Expr.Entry> entries, List<Step> keys, List<Step> values, long cost) {
        return evaluation -> {
            evaluation.charge(cost);
            Map<Object, Object> made = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Object key = keys.get(i).run(evaluation);
                Object value = values.get(i).run(evaluation);
                if (!entries.get(i).isOptional()) {
                    made.put(key, value);
                } else if (value instanceof Optional<?> given && given.isPresent()) {
                    made.put(key, given.get());
                }
            }
            return made;
        };
    }

    private Step fold(Expr.Fold fold) {
        Step range = step(fold.range());
        Step initial = step(fold.initial());
        int first = scope.size();
        scope.add(fold.accumulator());
        scope.add(fold.variable());
        scope.add(fold.second());
        slots = Math.max(slots, scope.size());
        Step condition = step(fold.condition());
        Step next = step(fold.step());
        scope.removeLast();
        scope.removeLast();
        Step result = step(fold.result());
        scope.removeLast();
        return new Loop(range, initial, condition, next, result, first, !fold.second().isEmpty());
    }
}
