package kat.api.cel;

import java.util.List;
import java.util.Map;

/// A comprehension: a step for each item of a list or entry of a map.
///
/// @param slot of the accumulator; the variables follow
record Loop(
        Planner.Step range,
        Planner.Step initial,
        Planner.Step condition,
        Planner.Step next,
        Planner.Step result,
        int slot,
        boolean isDouble)
        implements Planner.Step {

    @Override
    public Object run(Evaluation evaluation) {
        Object over = range.run(evaluation);
        // Inner loops reuse slots behind these; what an outer one holds there is kept.
        evaluation.set(slot, Growing.of(initial.run(evaluation)));
        switch (over) {
            case List<?> list -> items(list, evaluation);
            case Map<?, ?> map -> entries(map, evaluation);
            default ->
                    throw new CelException(
                            "got 'types." + Values.goName(over) + "', expected iterable type");
        }
        return Growing.done(result.run(evaluation));
    }

    private void items(List<?> list, Evaluation evaluation) {
        for (int i = 0; i < list.size(); i++) {
            Object item = list.get(i);
            if (!goesOn(isDouble ? (Object) (long) i : item, item, evaluation)) {
                return;
            }
        }
    }

    private void entries(Map<?, ?> map, Evaluation evaluation) {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!goesOn(entry.getKey(), entry.getValue(), evaluation)) {
                return;
            }
        }
    }

    private boolean goesOn(Object first, Object second, Evaluation evaluation) {
        if (condition.run(evaluation) != Boolean.TRUE) {
            return false;
        }
        evaluation.set(slot + 1, first);
        evaluation.set(slot + 2, second);
        try {
            evaluation.set(slot, next.run(evaluation));
        } catch (CelException.TooCostly e) {
            throw e;
        } catch (CelException e) {
            // A later step may still decide.
            evaluation.set(slot, e);
        }
        return true;
    }
}
